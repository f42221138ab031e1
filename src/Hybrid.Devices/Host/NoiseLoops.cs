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

readonly unsafe struct NoisyMapLoop<T, TWord, TNoise, TMap>(TMap map, int cols, Noise noise) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TWord : unmanaged, IWordLane<TWord, T>
    where TNoise : INoiseBlock<T, TWord>
    where TMap : unmanaged, INoisyMap<T>
{
    [MethodImpl(HotLoop.Options)]
    public void Run(int from, int to)
    {
        var block = stackalloc float[NoiseBlock.Cols];
        var step = map;
        for (var row = from; row < to; row++)
            for (var first = 0; first < cols; first += NoiseBlock.Cols)
            {
                int count = Math.Min(NoiseBlock.Cols, cols - first), i = 0;
                TNoise.Make(block, row, first, count, noise);
                for (; i <= count - T.Width; i += T.Width)
                    step.Step(row, first + i, T.Width, T.Load(block + i));
                if (i < count) step.Step(row, first + i, count - i, T.Load(block + i));
            }
    }
}

readonly unsafe struct NoisySumLoop<T, TWord, TNoise, TSum>(TSum sum, int cols, Noise noise) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TWord : unmanaged, IWordLane<TWord, T>
    where TNoise : INoiseBlock<T, TWord>
    where TSum : unmanaged, INoisySum<T>
{
    [MethodImpl(HotLoop.Options)]
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
                TNoise.Make(block, row, first, count, noise);
                for (; i <= count - T.Width; i += T.Width)
                    PartialSums.Add(
                        partial, step.Term(row, first + i, T.Width, T.Load(block + i)), i, T.Width);
                if (i < count)
                    PartialSums.Add(
                        partial, step.Term(row, first + i, count - i, T.Load(block + i)), i, count - i);
            }
            step.Result(row, PartialSums.Meet<T>(partial));
        }
    }
}
