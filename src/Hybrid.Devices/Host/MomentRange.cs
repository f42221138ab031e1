using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>The moments of some components: rows stream by, 32 side by side.</summary>
/// <remarks>
/// A lane holds rows, so the 32 partial sums of a moment are neighbours and a responsibility is made once for
/// all columns. x is turned over once for the components of a task.
/// </remarks>
readonly unsafe struct MomentRange<T>(
    View x, View mu, View halfPrecision, View logScale, View logDensity, View count, View first, View second,
    float logCount, int rows, int dims) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    /// <summary>Rows, and behind the last as many as fill 32.</summary>
    readonly int padded = (rows + PartialSums.Count - 1) / PartialSums.Count * PartialSums.Count;

    public void Run(int from, int to)
    {
        var numbers = (nuint)padded * (nuint)(dims + 1) + (nuint)((1 + 2 * dims) * PartialSums.Count);
        var scratch = (float*)NativeMemory.AlignedAlloc(numbers * sizeof(float), 64);
        float* densities = scratch + (nint)padded * dims, partials = densities + padded;
        TurnOver(scratch, densities);
        for (var k = from; k < to; k++)
        {
            new Span<float>(partials, (1 + 2 * dims) * PartialSums.Count).Clear();
            Stream(k, scratch, densities, partials);
            *count[k] = PartialSums.Meet<T>(partials);
            for (var d = 0; d < dims; d++)
            {
                var sums = partials + (1 + 2 * d) * PartialSums.Count;
                first[k][d] = PartialSums.Meet<T>(sums);
                second[k][d] = PartialSums.Meet<T>(sums + PartialSums.Count);
            }
        }
        NativeMemory.AlignedFree(scratch);
    }

    /// <summary>
    /// xᵀ[d, row], and the densities. No component is responsible for a row that does not exist.
    /// </summary>
    void TurnOver(float* turned, float* densities)
    {
        for (var d = 0; d < dims; d++)
        {
            var column = turned + (nint)d * padded;
            for (var row = 0; row < rows; row++) column[row] = x[row][d];
            new Span<float>(column + rows, padded - rows).Clear();
        }
        for (var row = 0; row < rows; row++) densities[row] = *logDensity[row];
        new Span<float>(densities + rows, padded - rows).Fill(float.MaxValue);
    }

    #region moment-stream
    [MethodImpl(HotLoop.Options)]
    void Stream(int k, float* turned, float* densities, float* partials)
    {
        float* means = mu[k], precisions = halfPrecision[k];
        T scale = logScale.Broadcast<T>(k), logComponents = T.Broadcast(logCount);
        for (var row = 0; row < padded; row += T.Width)
        {
            var square = default(T);
            for (var d = 0; d < dims; d++)
                square = MixtureDensity.AddSquare(
                    square, T.Load(turned + (nint)d * padded + row), T.Broadcast(means[d]),
                    T.Broadcast(precisions[d]));
            var r = Responsibility.Apply(scale - square, logComponents, T.Load(densities + row));

            var sums = partials + row % PartialSums.Count;
            T.Store(T.Load(sums) + r, sums);
            for (var d = 0; d < dims; d++)
            {
                float* firsts = sums + (1 + 2 * d) * PartialSums.Count, seconds = firsts + PartialSums.Count;
                T a = T.Load(firsts), b = T.Load(seconds);
                MixtureDensity.AddMoments(
                    ref a, ref b, r, T.Load(turned + (nint)d * padded + row), T.Broadcast(means[d]));
                T.Store(a, firsts);
                T.Store(b, seconds);
            }
        }
    }
    #endregion
}
