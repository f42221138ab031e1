using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Formulas;

/// <summary>Sixteen floats in an AVX-512 register; on other machines whatever the runtime makes of
/// it.</summary>
public readonly unsafe struct F32x16(Vector512<float> v) : IVectorLane<F32x16>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly Vector512<float> V = v;

    public static int Width => 16;

    [MethodImpl(Inline)] public static F32x16 operator +(F32x16 a, F32x16 b) => new(a.V + b.V);

    [MethodImpl(Inline)] public static F32x16 operator -(F32x16 a, F32x16 b) => new(a.V - b.V);

    [MethodImpl(Inline)] public static F32x16 operator *(F32x16 a, F32x16 b) => new(a.V * b.V);

    [MethodImpl(Inline)] public static F32x16 operator /(F32x16 a, F32x16 b) => new(a.V / b.V);

    [MethodImpl(Inline)] public static F32x16 operator -(F32x16 a) => new(a.V ^ Vector512.Create(-0f));

    [MethodImpl(Inline)] public static F32x16 Const(double value) => new(Vector512.Create((float)value));

    [MethodImpl(Inline)]
    public static F32x16 Fma(F32x16 a, F32x16 b, F32x16 c) => new(Vector512.FusedMultiplyAdd(a.V, b.V, c.V));

    [MethodImpl(Inline)] public static F32x16 Sqrt(F32x16 x) => new(Vector512.Sqrt(x.V));

    [MethodImpl(Inline)] public static F32x16 Abs(F32x16 x) => new(Vector512.Abs(x.V));

    // vminps and vmaxps return their second operand for NaN and for ±0: the lane's definition.
    [MethodImpl(Inline)]
    public static F32x16 Min(F32x16 a, F32x16 b) =>
        Avx512F.IsSupported ? new(Avx512F.Min(a.V, b.V)) : WhereLess(a, b, a, b);

    [MethodImpl(Inline)]
    public static F32x16 Max(F32x16 a, F32x16 b) =>
        Avx512F.IsSupported ? new(Avx512F.Max(a.V, b.V)) : WhereLess(b, a, a, b);

    [MethodImpl(Inline)]
    public static F32x16 WhereLess(F32x16 a, F32x16 b, F32x16 then, F32x16 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a.V, b.V), then.V, otherwise.V));

    [MethodImpl(Inline)] public static F32x16 Exp(F32x16 x) => LaneMath.Exp(x);

    [MethodImpl(Inline)] public static F32x16 Expm1(F32x16 x) => LaneMath.Expm1(x);

    [MethodImpl(Inline)] public static F32x16 Log(F32x16 x) => LaneMath.Log(x);

    [MethodImpl(Inline)] public static F32x16 Log1p(F32x16 x) => LaneMath.Log1p(x);

    [MethodImpl(Inline)] public static F32x16 Tanh(F32x16 x) => LaneMath.Tanh(x);

    [MethodImpl(Inline)] public static F32x16 Sigmoid(F32x16 x) => LaneMath.Sigmoid(x);

    [MethodImpl(Inline)] public static F32x16 Softplus(F32x16 x) => LaneMath.Softplus(x);

    [MethodImpl(Inline)] public static F32x16 Erf(F32x16 x) => LaneMath.Erf(x);

    [MethodImpl(Inline)] public static F32x16 SinTurn(F32x16 x) => LaneMath.SinTurn(x);

    [MethodImpl(Inline)] public static F32x16 CosTurn(F32x16 x) => LaneMath.CosTurn(x);

    [MethodImpl(Inline)]
    public static F32x16 PowerOfTwo(F32x16 biased) =>
        new(((Vector512.ShiftLeft(biased.V.AsInt32(), 23)) + Vector512.Create(FloatFields.One)).AsSingle());

    [MethodImpl(Inline)]
    public static F32x16 Scale(F32x16 m, F32x16 biased, F32x16 shift, F32x16 back) => Avx512F.IsSupported
        ? new(Avx512F.Scale(m.V, biased.V - Vector512.Create(LaneMath.Bias)))
        : m * PowerOfTwo(biased + shift) * back;

    [MethodImpl(Inline)]
    public static F32x16 Mantissa(F32x16 x)
    {
        var bits = x.V.AsInt32();
        var exponent = (bits - Vector512.Create(FloatFields.MantissaFloor))
            & Vector512.Create(FloatFields.ExponentMask);
        return new((bits - exponent).AsSingle());
    }

    [MethodImpl(Inline)]
    public static F32x16 Exponent(F32x16 x) =>
        new(Vector512.ConvertToSingle(
            Vector512.ShiftRightArithmetic(x.V.AsInt32() - Vector512.Create(FloatFields.MantissaFloor), 23)));

    [MethodImpl(Inline)] public static F32x16 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(Inline)] public static F32x16 Load(float* from) => new(Vector512.Load(from));

    [MethodImpl(Inline)]
    public static F32x16 LoadFirst(float* from, int count)
    {
        if (Avx512F.IsSupported) return new(Avx512F.MaskLoad(from, First(count), Vector512<float>.Zero));
        var row = stackalloc float[16];
        new Span<float>(from, count).CopyTo(new Span<float>(row, 16));
        return Load(row);
    }

    [MethodImpl(Inline)] public static void Store(F32x16 value, float* to) => value.V.Store(to);

    [MethodImpl(Inline)]
    public static void StoreFirst(F32x16 value, float* to, int count)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(to, First(count), value.V);
            return;
        }
        var row = stackalloc float[16];
        Store(value, row);
        new Span<float>(row, count).CopyTo(new Span<float>(to, count));
    }

    [MethodImpl(Inline)]
    static Vector512<float> First(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
}
