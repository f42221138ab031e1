namespace Hybrid.Formulas;

/// <summary>One double: the reference that float32 lanes are compared with.</summary>
public readonly struct F64(double v) : ILane<F64>
{
    public readonly double V = v;

    public static F64 operator +(F64 a, F64 b) => new(a.V + b.V);

    public static F64 operator -(F64 a, F64 b) => new(a.V - b.V);

    public static F64 operator *(F64 a, F64 b) => new(a.V * b.V);

    public static F64 operator /(F64 a, F64 b) => new(a.V / b.V);

    public static F64 operator -(F64 a) => new(-a.V);

    public static F64 Const(double value) => new(value);

    public static F64 Fma(F64 a, F64 b, F64 c) => new(Math.FusedMultiplyAdd(a.V, b.V, c.V));

    public static F64 Sqrt(F64 x) => new(Math.Sqrt(x.V));

    public static F64 Abs(F64 x) => new(Math.Abs(x.V));

    public static F64 Min(F64 a, F64 b) => a.V < b.V ? a : b;

    public static F64 Max(F64 a, F64 b) => a.V > b.V ? a : b;

    public static F64 WhereLess(F64 a, F64 b, F64 then, F64 otherwise) => a.V < b.V ? then : otherwise;

    public static F64 Exp(F64 x) => new(Math.Exp(x.V));

    public static F64 Expm1(F64 x) => new(DoubleMath.Expm1(x.V));

    public static F64 Log(F64 x) => new(Math.Log(x.V));

    public static F64 Log1p(F64 x) => new(DoubleMath.Log1p(x.V));

    public static F64 Tanh(F64 x) => new(Math.Tanh(x.V));

    public static F64 Sigmoid(F64 x) => new(DoubleMath.Sigmoid(x.V));

    public static F64 Softplus(F64 x) => new(DoubleMath.Softplus(x.V));

    public static F64 Erf(F64 x) => new(DoubleMath.Erf(x.V));

    public static F64 SinTurn(F64 x) => new(double.SinPi(2 * x.V));

    public static F64 CosTurn(F64 x) => new(double.CosPi(2 * x.V));
}
