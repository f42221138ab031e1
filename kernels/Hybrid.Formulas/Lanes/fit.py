#!/usr/bin/env python3
"""Fits the polynomials of LaneMath.cs (needs mpmath only; prints C# constants).

Each fit minimises the largest *relative* error of the finished function (Lawson's iteratively
reweighted least squares, in 60 digits), not of the polynomial: the weight says how much an error
of the polynomial matters in the result. Coefficients come highest power first, as Horner eats them.
"""
import struct
from mpmath import mp, mpf, matrix, lu_solve, cos, pi, exp, log1p, erf, erfc, log, sin, sqrt

mp.dps = 60


def to_float32(x):
    return struct.unpack("f", struct.pack("f", float(x)))[0]


def lawson(name, f, weight, lo, hi, degree, basis=lambda x: x, points=160, rounds=30):
    xs = [(lo + hi) / 2 + (hi - lo) / 2 * cos(pi * (k + mpf(1) / 2) / points) for k in range(points)]
    rows = [[weight(x) * basis(x) ** p for p in range(degree, -1, -1)] for x in xs]
    ys = [weight(x) * f(x) for x in xs]
    lam = [mpf(1)] * points
    for _ in range(rounds):
        n = degree + 1
        a, b = matrix(n, n), matrix(n, 1)
        for row, y, l in zip(rows, ys, lam):
            for i in range(n):
                b[i] += l * row[i] * y
                for j in range(n):
                    a[i, j] += l * row[i] * row[j]
        c = lu_solve(a, b)
        err = [abs(sum(row[i] * c[i] for i in range(n)) - y) for row, y in zip(rows, ys)]
        lam = [l * e for l, e in zip(lam, err)]
        top = max(lam)
        lam = [l / top for l in lam]
    print(f"// {name}: degree {degree} on [{float(lo):.6g}, {float(hi):.6g}], "
          f"largest relative error {float(max(err)) * 2**24:.3f} · 2^-24")
    print("   " + ", ".join(f"{to_float32(v):.9g}" for v in c))


LN2 = log(2)
# e^r = 1 + r + r² P(r)
lawson("exp", lambda r: (exp(r) - 1 - r) / r**2, lambda r: r**2 / exp(r), -LN2 / 2 - mpf("1e-3"), LN2 / 2 + mpf("1e-3"), 4)
# e^r − 1 = r + r² P(r): the relative error of expm1 itself
lawson("expm1", lambda r: (mp.expm1(r) - r) / r**2, lambda r: abs(r**2 / mp.expm1(r)), -LN2 / 2 - mpf("1e-3"), LN2 / 2 + mpf("1e-3"), 5)
# log(1+r) = r − r²/2 + r³ P(r)
lawson("log", lambda r: (log1p(r) - r + r**2 / 2) / r**3, lambda r: abs(r**3 / log1p(r)), mpf("0.6992") - 1, mpf("1.3985") - 1, 8)
# sin(2πr) = r·(2π + r² P(r²)), |r| ≤ 1/8
lawson("sin turn", lambda r: (sin(2 * pi * r) / r - 2 * pi) / r**2, lambda r: abs(r**3 / sin(2 * pi * r)), mpf("1e-6"), mpf(1) / 8, 3, lambda r: r**2)
# cos(2πr) = 1 + r² P(r²)
lawson("cos turn", lambda r: (cos(2 * pi * r) - 1) / r**2, lambda r: r**2 / cos(2 * pi * r), mpf("1e-6"), mpf(1) / 8, 3, lambda r: r**2)
# erf(x) = x + x·P(x²) below 0.9
lawson("erf small", lambda x: erf(x) / x - 1, lambda x: abs(x / erf(x)), mpf("1e-6"), mpf("0.93"), 6, lambda x: x**2)
# erf(x) = 1 − e^(−x + x·Q(x)) above
lawson("erf large", lambda x: (log(erfc(x)) + x) / x, lambda x: x * erfc(x) / erf(x), mpf("0.92"), mpf("4.0"), 7)
