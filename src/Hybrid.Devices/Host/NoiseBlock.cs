using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

static class NoiseBlock
{
    /// <summary>Columns that share their Philox calls: 32 counters of four words.</summary>
    public const int Cols = 128;
}

/// <summary>
/// A distribution that makes noise 128 columns at a time, as <see cref="Philox"/> lays it out.
/// </summary>
unsafe interface INoiseBlock<T, TWord>
    where T : unmanaged, IVectorLane<T>
    where TWord : unmanaged, IWordLane<TWord, T>
{
    /// <summary>
    /// Noise of columns [first, first + cols) of a row, from block[0]; <paramref name="first"/> is a multiple
    /// of 128. What lies behind <paramref name="cols"/> in the block may be overwritten.
    /// </summary>
    static abstract void Make(float* block, int row, int first, int cols, in Noise noise);
}

/// <summary>Uniform on [0, 1).</summary>
readonly unsafe struct UniformBlock<T, TWord> : INoiseBlock<T, TWord>
    where T : unmanaged, IVectorLane<T>
    where TWord : unmanaged, IWordLane<TWord, T>
{
    [MethodImpl(HotLoop.Options)]
    public static void Make(float* block, int row, int first, int cols, in Noise noise)
    {
        var counters = Math.Min(cols, 32);
        for (var l = 0; l < counters; l += T.Width)
        {
            var counter = TWord.Const((uint)(first / 4 + l)) + TWord.Indices;
            var words = Philox.Draw<TWord, T>(counter, (uint)row, noise);
            T.Store(TWord.ToUnit(words.W0), block + l);
            T.Store(TWord.ToUnit(words.W1), block + l + 32);
            T.Store(TWord.ToUnit(words.W2), block + l + 64);
            T.Store(TWord.ToUnit(words.W3), block + l + 96);
        }
    }
}

/// <summary>N(0, 1): pairs of uniform numbers, 32 columns apart, become pairs of normal ones.</summary>
readonly unsafe struct NormalBlock<T, TWord> : INoiseBlock<T, TWord>
    where T : unmanaged, IVectorLane<T>
    where TWord : unmanaged, IWordLane<TWord, T>
{
    // Two methods: in one, the compiler's budget for inlining runs out half-way through Box-Muller.
    public static void Make(float* block, int row, int first, int cols, in Noise noise)
    {
        UniformBlock<T, TWord>.Make(block, row, first, cols, noise);
        for (var pair = 0; pair < cols; pair += 64) Transform(block + pair, Math.Min(cols - pair, 32));
    }

    [MethodImpl(HotLoop.Options)]
    static void Transform(float* pairs, int count)
    {
        for (var l = 0; l < count; l += T.Width)
        {
            var (first, second) = Normal.BoxMuller(T.Load(pairs + l), T.Load(pairs + l + 32));
            T.Store(first, pairs + l);
            T.Store(second, pairs + l + 32);
        }
    }
}
