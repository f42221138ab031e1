using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>The float32 and integer steps that IEEE 754 and two's complement define to the last
/// bit.</summary>
/// <remarks>
/// <see cref="F32"/> and <see cref="U32"/> use nothing else. On a CPU these are single instructions; the
/// kernels project tells the GPU compiler which single instruction each is (<c>add.rn</c>, <c>fma.rn</c>,
/// <c>mul.hi</c>, never contracted, never approximate), so a formula gives the same bits on both.
/// </remarks>
public static class Exact
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)] public static float Add(float a, float b) => a + b;

    [MethodImpl(Inline)] public static float Sub(float a, float b) => a - b;

    [MethodImpl(Inline)] public static float Mul(float a, float b) => a * b;

    [MethodImpl(Inline)] public static float Div(float a, float b) => a / b;

    [MethodImpl(Inline)] public static float Sqrt(float x) => MathF.Sqrt(x);

    [MethodImpl(Inline)]
    public static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)] public static float Abs(float x) => MathF.Abs(x);

    [MethodImpl(Inline)]
    public static float WhereLess(float a, float b, float then, float otherwise) => a < b ? then : otherwise;

    [MethodImpl(Inline)] public static int Bits(float x) => BitConverter.SingleToInt32Bits(x);

    [MethodImpl(Inline)] public static float FromBits(int bits) => BitConverter.Int32BitsToSingle(bits);

    /// <summary>The upper 32 bits of a·b.</summary>
    [MethodImpl(Inline)] public static uint MulHigh(uint a, uint b) => (uint)(((ulong)a * b) >> 32);
}
