#!/usr/bin/env python3
"""Makes DoubleMathGolden.cs: values of F64's own functions in 50 digits, rounded to double (needs mpmath)."""
from mpmath import mp, mpf, exp, expm1, log1p, tanh, erf

mp.dps = 50
wide = [1e-300, 1e-20, 3e-17, 1e-10, 1e-5, 0.01, 0.1, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 2.4, 2.49999, 2.5, 3.0, 4.5, 5.9,
        7.0, 10.0, 18.0, 36.0, 40.0, 100.0, 700.0]
both = [-x for x in reversed(wide)] + [0.0] + wide
above = [x for x in both if x > -1] + [-0.99, -0.5000001, -0.9999999999]

functions = {
    "Expm1": (expm1, both),
    "Log1p": (log1p, above),
    "Sigmoid": (lambda x: 1 / (1 + exp(-x)), both),
    "Softplus": (lambda x: log1p(exp(x)), both),
    "Erf": (erf, both),
}

print("namespace Hybrid.Formulas.Tests;")
print()
print("/// <summary>Made by golden.py: arguments and 50-digit values, both rounded to double.</summary>")
print("static class DoubleMathGolden")
print("{")
print("    public static readonly (string Function, double X, double Value)[] Values =")
print("    [")
for name, (f, xs) in functions.items():
    for x in xs:
        print(f'        ("{name}", {float(x)!r}, {float(f(mpf(x)))!r}),')
print("    ];")
print("}")
