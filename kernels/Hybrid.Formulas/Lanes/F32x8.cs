using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Formulas;

/// <summary>Eight floats in an AVX2 register; on other machines whatever the runtime makes of it.</summary>
public readonly unsafe struct F32x8(Vector256<float> v) : IVectorLane<F32x8>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly Vector256<float> V = v;

    public static int Width => 8;

    [MethodImpl(Inline)] public static F32x8 operator +(F32x8 a, F32x8 b) => new(a.V + b.V);

    [MethodImpl(Inline)] public static F32x8 operator -(F32x8 a, F32x8 b) => new(a.V - b.V);

    [MethodImpl(Inline)] public static F32x8 operator *(F32x8 a, F32x8 b) => new(a.V * b.V);

    [MethodImpl(Inline)] public static F32x8 operator /(F32x8 a, F32x8 b) => new(a.V / b.V);

    [MethodImpl(Inline)] public static F32x8 operator -(F32x8 a) => new(a.V ^ Vector256.Create(-0f));

    [MethodImpl(Inline)] public static F32x8 Const(double value) => new(Vector256.Create((float)value));

    [MethodImpl(Inline)]
    public static F32x8 Fma(F32x8 a, F32x8 b, F32x8 c) => new(Vector256.FusedMultiplyAdd(a.V, b.V, c.V));

    [MethodImpl(Inline)] public static F32x8 Sqrt(F32x8 x) => new(Vector256.Sqrt(x.V));

    [MethodImpl(Inline)] public static F32x8 Abs(F32x8 x) => new(Vector256.Abs(x.V));

    // vminps and vmaxps return their second operand for NaN and for ±0: the lane's definition.
    [MethodImpl(Inline)]
    public static F32x8 Min(F32x8 a, F32x8 b) =>
        Avx.IsSupported ? new(Avx.Min(a.V, b.V)) : WhereLess(a, b, a, b);

    [MethodImpl(Inline)]
    public static F32x8 Max(F32x8 a, F32x8 b) =>
        Avx.IsSupported ? new(Avx.Max(a.V, b.V)) : WhereLess(b, a, a, b);

    [MethodImpl(Inline)]
    public static F32x8 WhereLess(F32x8 a, F32x8 b, F32x8 then, F32x8 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a.V, b.V), then.V, otherwise.V));

    [MethodImpl(Inline)] public static F32x8 Exp(F32x8 x) => LaneMath.Exp(x);

    [MethodImpl(Inline)] public static F32x8 Expm1(F32x8 x) => LaneMath.Expm1(x);

    [MethodImpl(Inline)] public static F32x8 Log(F32x8 x) => LaneMath.Log(x);

    [MethodImpl(Inline)] public static F32x8 Log1p(F32x8 x) => LaneMath.Log1p(x);

    [MethodImpl(Inline)] public static F32x8 Tanh(F32x8 x) => LaneMath.Tanh(x);

    [MethodImpl(Inline)] public static F32x8 Sigmoid(F32x8 x) => LaneMath.Sigmoid(x);

    [MethodImpl(Inline)] public static F32x8 Softplus(F32x8 x) => LaneMath.Softplus(x);

    [MethodImpl(Inline)] public static F32x8 Erf(F32x8 x) => LaneMath.Erf(x);

    [MethodImpl(Inline)] public static F32x8 SinTurn(F32x8 x) => LaneMath.SinTurn(x);

    [MethodImpl(Inline)] public static F32x8 CosTurn(F32x8 x) => LaneMath.CosTurn(x);

    [MethodImpl(Inline)]
    public static F32x8 PowerOfTwo(F32x8 biased) =>
        new(((Vector256.ShiftLeft(biased.V.AsInt32(), 23)) + Vector256.Create(FloatFields.One)).AsSingle());

    [MethodImpl(Inline)]
    public static F32x8 Scale(F32x8 m, F32x8 biased, F32x8 shift, F32x8 back) => Avx512F.VL.IsSupported
        ? new(Avx512F.VL.Scale(m.V, biased.V - Vector256.Create(LaneMath.Bias)))
        : m * PowerOfTwo(biased + shift) * back;

    [MethodImpl(Inline)]
    public static F32x8 Mantissa(F32x8 x)
    {
        var bits = x.V.AsInt32();
        var exponent = (bits - Vector256.Create(FloatFields.MantissaFloor))
            & Vector256.Create(FloatFields.ExponentMask);
        return new((bits - exponent).AsSingle());
    }

    [MethodImpl(Inline)]
    public static F32x8 Exponent(F32x8 x) =>
        new(Vector256.ConvertToSingle(
            Vector256.ShiftRightArithmetic(x.V.AsInt32() - Vector256.Create(FloatFields.MantissaFloor), 23)));

    [MethodImpl(Inline)] public static F32x8 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(Inline)] public static F32x8 Load(float* from) => new(Vector256.Load(from));

    [MethodImpl(Inline)]
    public static F32x8 LoadFirst(float* from, int count)
    {
        if (Avx.IsSupported) return new(Avx.MaskLoad(from, First(count)));
        var row = stackalloc float[8];
        new Span<float>(from, count).CopyTo(new Span<float>(row, 8));
        return Load(row);
    }

    [MethodImpl(Inline)] public static void Store(F32x8 value, float* to) => value.V.Store(to);

    [MethodImpl(Inline)]
    public static void StoreFirst(F32x8 value, float* to, int count)
    {
        if (Avx.IsSupported)
        {
            Avx.MaskStore(to, First(count), value.V);
            return;
        }
        var row = stackalloc float[8];
        Store(value, row);
        new Span<float>(row, count).CopyTo(new Span<float>(to, count));
    }

    [MethodImpl(Inline)]
    static Vector256<float> First(int count) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();
}
