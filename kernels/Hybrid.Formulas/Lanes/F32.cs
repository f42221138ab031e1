using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>One float: a GPU thread's arithmetic, and the tail of a CPU loop.</summary>
public readonly unsafe struct F32(float v) : IVectorLane<F32>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly float V = v;

    public static int Width => 1;

    [MethodImpl(Inline)] public static F32 operator +(F32 a, F32 b) => new(Exact.Add(a.V, b.V));

    [MethodImpl(Inline)] public static F32 operator -(F32 a, F32 b) => new(Exact.Sub(a.V, b.V));

    [MethodImpl(Inline)] public static F32 operator *(F32 a, F32 b) => new(Exact.Mul(a.V, b.V));

    [MethodImpl(Inline)] public static F32 operator /(F32 a, F32 b) => new(Exact.Div(a.V, b.V));

    [MethodImpl(Inline)] public static F32 operator -(F32 a) => new(-a.V);

    [MethodImpl(Inline)] public static F32 Const(double value) => new((float)value);

    [MethodImpl(Inline)] public static F32 Fma(F32 a, F32 b, F32 c) => new(Exact.Fma(a.V, b.V, c.V));

    [MethodImpl(Inline)] public static F32 Sqrt(F32 x) => new(Exact.Sqrt(x.V));

    [MethodImpl(Inline)] public static F32 Abs(F32 x) => new(Exact.Abs(x.V));

    [MethodImpl(Inline)] public static F32 Min(F32 a, F32 b) => new(Exact.WhereLess(a.V, b.V, a.V, b.V));

    [MethodImpl(Inline)] public static F32 Max(F32 a, F32 b) => new(Exact.WhereLess(b.V, a.V, a.V, b.V));

    [MethodImpl(Inline)]
    public static F32 WhereLess(F32 a, F32 b, F32 then, F32 otherwise) =>
        new(Exact.WhereLess(a.V, b.V, then.V, otherwise.V));

    [MethodImpl(Inline)] public static F32 Exp(F32 x) => LaneMath.Exp(x);

    [MethodImpl(Inline)] public static F32 Expm1(F32 x) => LaneMath.Expm1(x);

    [MethodImpl(Inline)] public static F32 Log(F32 x) => LaneMath.Log(x);

    [MethodImpl(Inline)] public static F32 Log1p(F32 x) => LaneMath.Log1p(x);

    [MethodImpl(Inline)] public static F32 Tanh(F32 x) => LaneMath.Tanh(x);

    [MethodImpl(Inline)] public static F32 Sigmoid(F32 x) => LaneMath.Sigmoid(x);

    [MethodImpl(Inline)] public static F32 Softplus(F32 x) => LaneMath.Softplus(x);

    [MethodImpl(Inline)] public static F32 Erf(F32 x) => LaneMath.Erf(x);

    [MethodImpl(Inline)] public static F32 SinTurn(F32 x) => LaneMath.SinTurn(x);

    [MethodImpl(Inline)] public static F32 CosTurn(F32 x) => LaneMath.CosTurn(x);

    [MethodImpl(Inline)]
    public static F32 PowerOfTwo(F32 biased) =>
        new(Exact.FromBits((Exact.Bits(biased.V) << 23) + FloatFields.One));

    [MethodImpl(Inline)]
    public static F32 Scale(F32 m, F32 biased, F32 shift, F32 back) => m * PowerOfTwo(biased + shift) * back;

    [MethodImpl(Inline)]
    public static F32 Mantissa(F32 x)
    {
        var bits = Exact.Bits(x.V);
        return new(Exact.FromBits(bits - ((bits - FloatFields.MantissaFloor) & FloatFields.ExponentMask)));
    }

    [MethodImpl(Inline)]
    public static F32 Exponent(F32 x) => new((Exact.Bits(x.V) - FloatFields.MantissaFloor) >> 23);

    [MethodImpl(Inline)] public static F32 Broadcast(float value) => new(value);

    [MethodImpl(Inline)] public static F32 Load(float* from) => new(*from);

    /// <summary>Never called: a lane of width 1 has no tail.</summary>
    public static F32 LoadFirst(float* from, int count) => default;

    [MethodImpl(Inline)] public static void Store(F32 value, float* to) => *to = value.V;

    /// <summary>Never called: a lane of width 1 has no tail.</summary>
    public static void StoreFirst(F32 value, float* to, int count) { }
}

/// <summary>The bit patterns by which a float's exponent is taken off and put on.</summary>
static class FloatFields
{
    /// <summary>1.0f.</summary>
    public const int One = 0x3F800000;

    /// <summary>0.69921875f: mantissas are taken from [0.7, 1.4), so that log x near 1 has exponent
    /// 0.</summary>
    public const int MantissaFloor = 0x3F330000;

    /// <summary>Sign and exponent.</summary>
    public const int ExponentMask = unchecked((int)0xFF800000);
}
