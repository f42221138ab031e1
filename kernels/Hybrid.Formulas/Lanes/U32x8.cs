using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Formulas;

/// <summary>Eight words.</summary>
/// <remarks>
/// Words 0, 2, 4, … lie in one register and words 1, 3, 5, … in another, each in the lower half of 64 bits,
/// which is where the processor's widening product looks for them. What stands in an upper half never counts.
/// </remarks>
public readonly struct U32x8 : IWordLane<U32x8, F32x8>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The truth table of ⊕ over three bits.</summary>
    const byte OddParity = 0x96;

    readonly Vector256<ulong> even, odd;

    /// <summary>The words in order.</summary>
    public Vector256<uint> V
    {
        [MethodImpl(Inline)]
        get => Vector256.ConditionalSelect(Vector256.Create(0xFFFFFFFFul), even, odd << 32).AsUInt32();
    }

    [MethodImpl(Inline)]
    U32x8(Vector256<ulong> even, Vector256<ulong> odd) => (this.even, this.odd) = (even, odd);

    [MethodImpl(Inline)]
    public static U32x8 Const(uint value)
    {
        var both = Vector256.Create((ulong)value);
        return new(both, both);
    }

    public static U32x8 Indices
    {
        [MethodImpl(Inline)]
        get => new(Vector256.Create(0, 2, 4, 6ul), Vector256.Create(1, 3, 5, 7ul));
    }

    [MethodImpl(Inline)]
    public static U32x8 operator +(U32x8 a, U32x8 b) => new(a.even + b.even, a.odd + b.odd);

    [MethodImpl(Inline)]
    public static U32x8 Xor(U32x8 a, U32x8 b, U32x8 c) =>
        new(Xor(a.even, b.even, c.even), Xor(a.odd, b.odd, c.odd));

    [MethodImpl(Inline)]
    public static U32x8 operator *(U32x8 a, U32x8 b) => new(Wide(a.even, b.even), Wide(a.odd, b.odd));

    [MethodImpl(Inline)]
    public static U32x8 MulHigh(U32x8 a, U32x8 b) =>
        new(Wide(a.even, b.even) >>> 32, Wide(a.odd, b.odd) >>> 32);

    [MethodImpl(Inline)]
    static Vector256<ulong> Xor(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c) => Avx512F.VL.IsSupported
        ? Avx512F.VL.TernaryLogic(a, b, c, OddParity)
        : a ^ b ^ c;

    /// <summary>64-bit products of the lower halves.</summary>
    [MethodImpl(Inline)]
    static Vector256<ulong> Wide(Vector256<ulong> a, Vector256<ulong> b) => Avx2.IsSupported
        ? Avx2.Multiply(a.AsUInt32(), b.AsUInt32())
        : (a & Vector256.Create(0xFFFFFFFFul)) * (b & Vector256.Create(0xFFFFFFFFul));

    [MethodImpl(Inline)]
    public static F32x8 ToUnit(U32x8 word) =>
        new(Vector256.ConvertToSingle((word.V >>> 8).AsInt32()) * Vector256.Create(5.9604644775390625e-08f));
}
