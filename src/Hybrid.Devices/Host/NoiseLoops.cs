using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>A map that is handed its share of noise.</summary>
interface INoisyMap<T> where T : unmanaged, IVectorLane<T>
{
    void Step(int row, int d, int count, T noise);
}

/// <summary>A sum that is handed its share of noise.</summary>
interface INoisySum<T> where T : unmanaged, IVectorLane<T>
{
    T Term(int row, int d, int count, T noise);

    void Result(int row, float sum);
}

/// <summary>What is made of the four words of a Philox call.</summary>
unsafe interface IDistribution<T, TWord>
    where T : unmanaged, IVectorLane<T>
    where TWord : unmanaged, IWordLane<TWord, T>
{
    /// <summary>Writes one lane each at <paramref name="to"/> + 0, 32, 64, 96; those from <paramref name="cols"/> on are not needed.</summary>
    static abstract void Make(in Words4<TWord> words, float* to, int cols);
}

/// <summary>Uniform on [0, 1).</summary>
readonly unsafe struct UniformNoise<T, TWord> : IDistribution<T, TWord>
    where T : unmanaged, IVectorLane<T>
    where TWord : unmanaged, IWordLane<TWord, T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Make(in Words4<TWord> words, float* to, int cols)
    {
        T.Store(TWord.ToUnit(words.W0), to);
        T.Store(TWord.ToUnit(words.W1), to + 32);
        T.Store(TWord.ToUnit(words.W2), to + 64);
        T.Store(TWord.ToUnit(words.W3), to + 96);
    }
}

/// <summary>N(0, 1), two at a time.</summary>
readonly unsafe struct NormalNoise<T, TWord> : IDistribution<T, TWord>
    where T : unmanaged, IVectorLane<T>
    where TWord : unmanaged, IWordLane<TWord, T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Make(in Words4<TWord> words, float* to, int cols)
    {
        var (n0, n1) = Normal.BoxMuller(TWord.ToUnit(words.W0), TWord.ToUnit(words.W1));
        T.Store(n0, to);
        T.Store(n1, to + 32);
        if (cols <= 64) return;
        var (n2, n3) = Normal.BoxMuller(TWord.ToUnit(words.W2), TWord.ToUnit(words.W3));
        T.Store(n2, to + 64);
        T.Store(n3, to + 96);
    }
}

/// <summary>Makes noise 128 columns at a time, as <see cref="Philox"/> lays it out.</summary>
static unsafe class NoiseBlock
{
    public const int Cols = 128;

    /// <summary>Noise of columns [first, first + cols) of a row; <paramref name="first"/> is a multiple of 128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Make<T, TWord, TNoise>(float* block, int row, int first, int cols, in Noise noise)
        where T : unmanaged, IVectorLane<T>
        where TWord : unmanaged, IWordLane<TWord, T>
        where TNoise : unmanaged, IDistribution<T, TWord>
    {
        var needed = Math.Min(cols, 32);
        for (var l = 0; l < needed; l += T.Width)
        {
            var counter = TWord.Const((uint)(first / 4 + l)) + TWord.Indices;
            TNoise.Make(Philox.Draw<TWord, T>(counter, (uint)row, noise), block + l, cols);
        }
    }
}

readonly unsafe struct NoisyMapLoop<T, TWord, TNoise, TMap>(TMap map, int cols, Noise noise) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TWord : unmanaged, IWordLane<TWord, T>
    where TNoise : unmanaged, IDistribution<T, TWord>
    where TMap : unmanaged, INoisyMap<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int from, int to)
    {
        var block = stackalloc float[NoiseBlock.Cols];
        var step = map;
        for (var row = from; row < to; row++)
            for (var first = 0; first < cols; first += NoiseBlock.Cols)
            {
                int count = Math.Min(NoiseBlock.Cols, cols - first), i = 0;
                NoiseBlock.Make<T, TWord, TNoise>(block, row, first, count, noise);
                for (; i <= count - T.Width; i += T.Width)
                    step.Step(row, first + i, T.Width, T.Load(block + i));
                if (i < count) step.Step(row, first + i, count - i, T.Load(block + i));
            }
    }
}

readonly unsafe struct NoisySumLoop<T, TWord, TNoise, TSum>(TSum sum, int cols, Noise noise) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TWord : unmanaged, IWordLane<TWord, T>
    where TNoise : unmanaged, IDistribution<T, TWord>
    where TSum : unmanaged, INoisySum<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int from, int to)
    {
        var block = stackalloc float[NoiseBlock.Cols];
        var partial = stackalloc float[PartialSums.Count];
        var step = sum;
        for (var row = from; row < to; row++)
        {
            PartialSums.Clear(partial);
            for (var first = 0; first < cols; first += NoiseBlock.Cols)
            {
                int count = Math.Min(NoiseBlock.Cols, cols - first), i = 0;
                NoiseBlock.Make<T, TWord, TNoise>(block, row, first, count, noise);
                for (; i <= count - T.Width; i += T.Width)
                    PartialSums.Add(partial, step.Term(row, first + i, T.Width, T.Load(block + i)), i, T.Width);
                if (i < count)
                    PartialSums.Add(partial, step.Term(row, first + i, count - i, T.Load(block + i)), i, count - i);
            }
            step.Result(row, PartialSums.Meet<T>(partial));
        }
    }
}
