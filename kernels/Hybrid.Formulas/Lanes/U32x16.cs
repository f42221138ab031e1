using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Formulas;

/// <summary>Sixteen words.</summary>
/// <remarks>
/// Words 0, 2, 4, … lie in one register and words 1, 3, 5, … in another, each in the lower half of 64 bits,
/// which is where the processor's widening product looks for them. What stands in an upper half never counts.
/// </remarks>
public readonly struct U32x16 : IWordLane<U32x16, F32x16>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The truth table of ⊕ over three bits.</summary>
    const byte OddParity = 0x96;

    readonly Vector512<ulong> even, odd;

    /// <summary>The words in order.</summary>
    public Vector512<uint> V
    {
        [MethodImpl(Inline)]
        get => Vector512.ConditionalSelect(Vector512.Create(0xFFFFFFFFul), even, odd << 32).AsUInt32();
    }

    [MethodImpl(Inline)]
    U32x16(Vector512<ulong> even, Vector512<ulong> odd) => (this.even, this.odd) = (even, odd);

    [MethodImpl(Inline)]
    public static U32x16 Const(uint value)
    {
        var both = Vector512.Create((ulong)value);
        return new(both, both);
    }

    public static U32x16 Indices
    {
        [MethodImpl(Inline)]
        get => new(Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14ul), Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15ul));
    }

    [MethodImpl(Inline)]
    public static U32x16 operator +(U32x16 a, U32x16 b) => new(a.even + b.even, a.odd + b.odd);

    [MethodImpl(Inline)]
    public static U32x16 Xor(U32x16 a, U32x16 b, U32x16 c) =>
        new(Xor(a.even, b.even, c.even), Xor(a.odd, b.odd, c.odd));

    [MethodImpl(Inline)]
    public static U32x16 operator *(U32x16 a, U32x16 b) => new(Wide(a.even, b.even), Wide(a.odd, b.odd));

    [MethodImpl(Inline)]
    public static U32x16 MulHigh(U32x16 a, U32x16 b) =>
        new(Wide(a.even, b.even) >>> 32, Wide(a.odd, b.odd) >>> 32);

    [MethodImpl(Inline)]
    static Vector512<ulong> Xor(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c) => Avx512F.IsSupported
        ? Avx512F.TernaryLogic(a, b, c, OddParity)
        : a ^ b ^ c;

    /// <summary>64-bit products of the lower halves.</summary>
    [MethodImpl(Inline)]
    static Vector512<ulong> Wide(Vector512<ulong> a, Vector512<ulong> b) => Avx512F.IsSupported
        ? Avx512F.Multiply(a.AsUInt32(), b.AsUInt32())
        : (a & Vector512.Create(0xFFFFFFFFul)) * (b & Vector512.Create(0xFFFFFFFFul));

    [MethodImpl(Inline)]
    public static F32x16 ToUnit(U32x16 word) =>
        new(Vector512.ConvertToSingle((word.V >>> 8).AsInt32()) * Vector512.Create(5.9604644775390625e-08f));
}
