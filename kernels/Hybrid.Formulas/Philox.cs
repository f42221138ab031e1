using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>Four rows of random words: what one Philox call returns.</summary>
public readonly struct Words4<TWord>(TWord w0, TWord w1, TWord w2, TWord w3)
{
    public readonly TWord W0 = w0, W1 = w1, W2 = w2, W3 = w3;
}

/// <summary>Which stream of noise: the key and the upper counter words of Philox.</summary>
/// <param name="seed">The run's seed: Philox's key.</param>
/// <param name="step">The training step, or any other number that must change the draw.</param>
/// <param name="stream">Which use of noise within a step, so that two uses never share numbers.</param>
public readonly struct Noise(ulong seed, uint step, uint stream)
{
    public readonly uint SeedLow = (uint)seed, SeedHigh = (uint)(seed >> 32), Step = step, Stream = stream;
}

/// <summary>Philox4x32-10: noise as a pure function of a counter, so that any thread can make any
/// number.</summary>
/// <remarks>
/// Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3". The layout of this
/// project:
/// element (b, d) of a [B, D] tensor takes word ⌊d/32⌋ mod 4 of the counter
/// (32·⌊d/128⌋ + d mod 32, b, step, stream). A warp that strides over a row by 32 thus makes one call for
/// four of its elements, and a CPU lane does the same.
/// </remarks>
public static class Philox
{
    const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;

    /// <summary>The words of the counters (x, row, step, stream), one per place of the lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words4<TWord> Draw<TWord, TFloat>(TWord x, uint row, in Noise noise)
        where TWord : unmanaged, IWordLane<TWord, TFloat>
        where TFloat : unmanaged, IVectorLane<TFloat>
    {
        TWord c0 = x, c1 = TWord.Const(row), c2 = TWord.Const(noise.Step), c3 = TWord.Const(noise.Stream);
        uint k0 = noise.SeedLow, k1 = noise.SeedHigh;
        // Two rounds a turn: the words change places twice and are back, so that nothing is moved.
        for (var turn = 0; turn < 5; turn++)
        {
            Round<TWord, TFloat>(ref c0, ref c1, ref c2, ref c3, k0, k1);
            Round<TWord, TFloat>(ref c0, ref c1, ref c2, ref c3, k0 + Weyl0, k1 + Weyl1);
            k0 += unchecked(2 * Weyl0);
            k1 += unchecked(2 * Weyl1);
        }
        return new(c0, c1, c2, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Round<TWord, TFloat>(ref TWord c0, ref TWord c1, ref TWord c2, ref TWord c3, uint k0, uint k1)
        where TWord : unmanaged, IWordLane<TWord, TFloat>
        where TFloat : unmanaged, IVectorLane<TFloat>
    {
        TWord m0 = TWord.Const(M0), m1 = TWord.Const(M1);
        TWord high0 = TWord.MulHigh(m0, c0), low0 = m0 * c0, high1 = TWord.MulHigh(m1, c2), low1 = m1 * c2;
        c0 = TWord.Xor(high1, c1, TWord.Const(k0));
        c1 = low1;
        c2 = TWord.Xor(high0, c3, TWord.Const(k1));
        c3 = low0;
    }
}
