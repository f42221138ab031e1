using System.Runtime.CompilerServices;

namespace Hybrid.Training.Data;

/// <summary>A counter passed through a mixing function: 64 random bits a call, the same on every
/// machine.</summary>
/// <remarks>Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", fig. 17.</remarks>
public struct SplitMix64(ulong state)
{
    const ulong Golden = 0x9E37_79B9_7F4A_7C15;

    ulong state = state;

    /// <summary>A generator whose stream depends on both numbers, so (seed, epoch) pairs do not
    /// collide.</summary>
    public static SplitMix64 Of(ulong seed, ulong stream) => new(Mix(seed + Golden) ^ Mix(stream));

    public ulong Next() => Mix(state += Golden);

    /// <summary>Uniform on [0, 1), in steps of 2⁻⁵³.</summary>
    public double Uniform() => (Next() >> 11) * Math.ScaleB(1, -53);

    /// <summary>Uniform on 0 … n − 1, exactly: a multiplication and a rare second draw.</summary>
    /// <remarks>Lemire 2019, arXiv:1805.10941, algorithm 5, on 64 bits.</remarks>
    public ulong Below(ulong n)
    {
        ArgumentOutOfRangeException.ThrowIfZero(n);
        var high = Math.BigMul(Next(), n, out var low);
        if (low >= n) return high;
        for (var tooFew = (0 - n) % n; low < tooFew;) high = Math.BigMul(Next(), n, out low);
        return high;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
