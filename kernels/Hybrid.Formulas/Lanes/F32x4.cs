using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Formulas;

/// <summary>Four floats: the registers that every processor of today has.</summary>
public readonly unsafe struct F32x4(Vector128<float> v) : IVectorLane<F32x4>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly Vector128<float> V = v;

    public static int Width => 4;

    [MethodImpl(Inline)] public static F32x4 operator +(F32x4 a, F32x4 b) => new(a.V + b.V);

    [MethodImpl(Inline)] public static F32x4 operator -(F32x4 a, F32x4 b) => new(a.V - b.V);

    [MethodImpl(Inline)] public static F32x4 operator *(F32x4 a, F32x4 b) => new(a.V * b.V);

    [MethodImpl(Inline)] public static F32x4 operator /(F32x4 a, F32x4 b) => new(a.V / b.V);

    [MethodImpl(Inline)] public static F32x4 operator -(F32x4 a) => new(a.V ^ Vector128.Create(-0f));

    [MethodImpl(Inline)] public static F32x4 Const(double value) => new(Vector128.Create((float)value));

    [MethodImpl(Inline)]
    public static F32x4 Fma(F32x4 a, F32x4 b, F32x4 c) => FusedByHardware
        ? new(Vector128.FusedMultiplyAdd(a.V, b.V, c.V))
        : new(FusedInDoubles(a.V, b.V, c.V));

    static bool FusedByHardware
    {
        [MethodImpl(Inline)]
        get => System.Runtime.Intrinsics.X86.Fma.IsSupported || AdvSimd.IsSupported;
    }

    // Not inlined: twenty of these would leave a formula's loop no room for anything else.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static Vector128<float> FusedInDoubles(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.Narrow(
            FusedInDoubles(Vector128.WidenLower(a), Vector128.WidenLower(b), Vector128.WidenLower(c)),
            FusedInDoubles(Vector128.WidenUpper(a), Vector128.WidenUpper(b), Vector128.WidenUpper(c)));

    #region fma-in-doubles
    /// <summary>a·b + c of floats, so that rounding it to a float rounds the exact sum.</summary>
    /// <remarks>
    /// The product of two floats is exact in a double; the sum is rounded to odd (Boldo &amp; Melquiond 2008,
    /// "Emulation of FMA and correctly rounded sums"): where it is not exact, its last bit is made 1, and no second
    /// rounding can mistake it for a tie.
    /// </remarks>
    [MethodImpl(Inline)]
    internal static Vector128<double> FusedInDoubles(Vector128<double> a, Vector128<double> b, Vector128<double> c)
    {
        var product = a * b;
        var sum = product + c;
        var ofC = sum - product;
        var error = (product - (sum - ofC)) + (c - ofC);
        var bits = sum.AsInt64();
        // An even sum moves towards what it has lost: one up in magnitude where both have one sign, else one down.
        var step = Vector128.LessThan(bits ^ error.AsInt64(), Vector128<long>.Zero) | Vector128<long>.One;
        var even = Vector128.Equals(bits & Vector128<long>.One, Vector128<long>.Zero);
        var inexact = Vector128.LessThan(Vector128<double>.Zero, Vector128.Abs(error)).AsInt64();
        return (bits + (step & even & inexact)).AsDouble();
    }
    #endregion

    [MethodImpl(Inline)] public static F32x4 Sqrt(F32x4 x) => new(Vector128.Sqrt(x.V));

    [MethodImpl(Inline)] public static F32x4 Abs(F32x4 x) => new(Vector128.Abs(x.V));

    // minps and maxps return their second operand for NaN and for ±0: the lane's definition.
    [MethodImpl(Inline)]
    public static F32x4 Min(F32x4 a, F32x4 b) =>
        Sse.IsSupported ? new(Sse.Min(a.V, b.V)) : WhereLess(a, b, a, b);

    [MethodImpl(Inline)]
    public static F32x4 Max(F32x4 a, F32x4 b) =>
        Sse.IsSupported ? new(Sse.Max(a.V, b.V)) : WhereLess(b, a, a, b);

    [MethodImpl(Inline)]
    public static F32x4 WhereLess(F32x4 a, F32x4 b, F32x4 then, F32x4 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(a.V, b.V), then.V, otherwise.V));

    [MethodImpl(Inline)] public static F32x4 Exp(F32x4 x) => LaneMath.Exp(x);

    [MethodImpl(Inline)] public static F32x4 Expm1(F32x4 x) => LaneMath.Expm1(x);

    [MethodImpl(Inline)] public static F32x4 Log(F32x4 x) => LaneMath.Log(x);

    [MethodImpl(Inline)] public static F32x4 Log1p(F32x4 x) => LaneMath.Log1p(x);

    [MethodImpl(Inline)] public static F32x4 Tanh(F32x4 x) => LaneMath.Tanh(x);

    [MethodImpl(Inline)] public static F32x4 Sigmoid(F32x4 x) => LaneMath.Sigmoid(x);

    [MethodImpl(Inline)] public static F32x4 Softplus(F32x4 x) => LaneMath.Softplus(x);

    [MethodImpl(Inline)] public static F32x4 Erf(F32x4 x) => LaneMath.Erf(x);

    [MethodImpl(Inline)] public static F32x4 SinTurn(F32x4 x) => LaneMath.SinTurn(x);

    [MethodImpl(Inline)] public static F32x4 CosTurn(F32x4 x) => LaneMath.CosTurn(x);

    [MethodImpl(Inline)]
    public static F32x4 PowerOfTwo(F32x4 biased) =>
        new(((Vector128.ShiftLeft(biased.V.AsInt32(), 23)) + Vector128.Create(FloatFields.One)).AsSingle());

    [MethodImpl(Inline)]
    public static F32x4 Scale(F32x4 m, F32x4 biased, F32x4 shift, F32x4 back) =>
        m * PowerOfTwo(biased + shift) * back;

    [MethodImpl(Inline)]
    public static F32x4 Mantissa(F32x4 x)
    {
        var bits = x.V.AsInt32();
        var exponent = (bits - Vector128.Create(FloatFields.MantissaFloor))
            & Vector128.Create(FloatFields.ExponentMask);
        return new((bits - exponent).AsSingle());
    }

    [MethodImpl(Inline)]
    public static F32x4 Exponent(F32x4 x) =>
        new(Vector128.ConvertToSingle(
            Vector128.ShiftRightArithmetic(x.V.AsInt32() - Vector128.Create(FloatFields.MantissaFloor), 23)));

    [MethodImpl(Inline)] public static F32x4 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(Inline)] public static F32x4 Load(float* from) => new(Vector128.Load(from));

    // By elements and without a call: around a call, all of a tile's sums would go to memory and back.
    [MethodImpl(Inline)]
    public static F32x4 LoadFirst(float* from, int count)
    {
        if (count == 1) return new(Vector128.CreateScalar(*from));
        var two = Vector128.CreateScalar(Unsafe.ReadUnaligned<long>(from)).AsSingle();
        return new(count == 2 ? two : two.WithElement(2, from[2]));
    }

    [MethodImpl(Inline)] public static void Store(F32x4 value, float* to) => value.V.Store(to);

    [MethodImpl(Inline)]
    public static void StoreFirst(F32x4 value, float* to, int count)
    {
        if (count == 1) *to = value.V.ToScalar();
        else Unsafe.WriteUnaligned(to, value.V.AsInt64().ToScalar());
        if (count == 3) to[2] = value.V.GetElement(2);
    }
}
