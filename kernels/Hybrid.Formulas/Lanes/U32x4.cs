using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Formulas;

/// <summary>Four words.</summary>
/// <remarks>
/// Words 0, 2, 4, … lie in one register and words 1, 3, 5, … in another, each in the lower half of 64 bits,
/// which is where the processor's widening product looks for them. What stands in an upper half never counts.
/// </remarks>
public readonly struct U32x4 : IWordLane<U32x4, F32x4>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The truth table of ⊕ over three bits.</summary>
    const byte OddParity = 0x96;

    readonly Vector128<ulong> even, odd;

    /// <summary>The words in order.</summary>
    public Vector128<uint> V
    {
        [MethodImpl(Inline)]
        get => Vector128.ConditionalSelect(Vector128.Create(0xFFFFFFFFul), even, odd << 32).AsUInt32();
    }

    [MethodImpl(Inline)]
    U32x4(Vector128<ulong> even, Vector128<ulong> odd) => (this.even, this.odd) = (even, odd);

    [MethodImpl(Inline)]
    public static U32x4 Const(uint value)
    {
        var both = Vector128.Create((ulong)value);
        return new(both, both);
    }

    public static U32x4 Indices
    {
        [MethodImpl(Inline)]
        get => new(Vector128.Create(0, 2ul), Vector128.Create(1, 3ul));
    }

    [MethodImpl(Inline)]
    public static U32x4 operator +(U32x4 a, U32x4 b) => new(a.even + b.even, a.odd + b.odd);

    [MethodImpl(Inline)]
    public static U32x4 Xor(U32x4 a, U32x4 b, U32x4 c) =>
        new(Xor(a.even, b.even, c.even), Xor(a.odd, b.odd, c.odd));

    [MethodImpl(Inline)]
    public static U32x4 operator *(U32x4 a, U32x4 b) => new(Wide(a.even, b.even), Wide(a.odd, b.odd));

    [MethodImpl(Inline)]
    public static U32x4 MulHigh(U32x4 a, U32x4 b) =>
        new(Wide(a.even, b.even) >>> 32, Wide(a.odd, b.odd) >>> 32);

    [MethodImpl(Inline)]
    static Vector128<ulong> Xor(Vector128<ulong> a, Vector128<ulong> b, Vector128<ulong> c) => Avx512F.VL.IsSupported
        ? Avx512F.VL.TernaryLogic(a, b, c, OddParity)
        : a ^ b ^ c;

    /// <summary>64-bit products of the lower halves.</summary>
    [MethodImpl(Inline)]
    static Vector128<ulong> Wide(Vector128<ulong> a, Vector128<ulong> b)
    {
        if (Sse2.IsSupported) return Sse2.Multiply(a.AsUInt32(), b.AsUInt32());
        return AdvSimd.IsSupported
            ? AdvSimd.MultiplyWideningLower(AdvSimd.ExtractNarrowingLower(a), AdvSimd.ExtractNarrowingLower(b))
            : (a & Vector128.Create(0xFFFFFFFFul)) * (b & Vector128.Create(0xFFFFFFFFul));
    }

    [MethodImpl(Inline)]
    public static F32x4 ToUnit(U32x4 word) =>
        new(Vector128.ConvertToSingle((word.V >>> 8).AsInt32()) * Vector128.Create(5.9604644775390625e-08f));
}
