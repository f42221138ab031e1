using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>halfPrecision element by element, logScale[n] as a sum.</summary>
readonly unsafe struct GaussianScalesSum<T>(View logVar, View halfPrecision, View logScale) : ISum<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count)
    {
        var l = logVar.Load<T>(row, d, count);
        halfPrecision.Store(MixtureDensity.HalfPrecision(l), row, d, count);
        return MixtureDensity.ScaleTerm(l);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *logScale[row] = sum;
}

/// <summary>The density of a mixture at groups of four lanes of rows: components stream by.</summary>
/// <remarks>
/// A lane holds rows, not dimensions: z is turned over once per group, a component's numbers are read once
/// for all rows of the group, and four chains hide the latency of one.
/// </remarks>
readonly unsafe struct MixtureRange<T>(
    View z, View mu, View halfPrecision, View logScale, float logCount, float logOwn, View y,
    int rows, int components, int dims) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    /// <summary>Rows that share a pass over the components.</summary>
    public static int Group => LogSums<T>.Group;

    public void Run(int from, int to)
    {
        var scratch = LogSums<T>.Allocate(dims);
        for (var group = from; group < to; group++)
        {
            var first = group * Group;
            TurnOver(first, Math.Min(Group, rows - first), scratch);
            var sums = new LogSums<T>(scratch + dims * Group);
            Stream(scratch, first, sums);
            sums.Meet(y, first, rows, logCount);
        }
        NativeMemory.AlignedFree(scratch);
    }

    /// <summary>zᵀ[d, row of the group]; rows that do not exist are 0.</summary>
    void TurnOver(int first, int count, float* turned)
    {
        new Span<float>(turned, dims * Group).Clear();
        for (var i = 0; i < count; i++)
        {
            var row = z[first + i];
            for (var d = 0; d < dims; d++) turned[d * Group + i] = row[d];
        }
    }

    #region mixture-stream
    [MethodImpl(HotLoop.Options)]
    void Stream(float* turned, int first, LogSums<T> sums)
    {
        sums.Clear();
        int width = T.Width, group = 4 * T.Width;
        for (var n = 0; n < components; n++)
        {
            float* means = mu[n], precisions = halfPrecision[n], zs = turned;
            T a = default, b = default, c = default, e = default;
            for (var d = 0; d < dims; d++, zs += group)
            {
                T mean = T.Broadcast(means[d]), precision = T.Broadcast(precisions[d]);
                a = MixtureDensity.AddSquare(a, T.Load(zs), mean, precision);
                b = MixtureDensity.AddSquare(b, T.Load(zs + width), mean, precision);
                c = MixtureDensity.AddSquare(c, T.Load(zs + 2 * width), mean, precision);
                e = MixtureDensity.AddSquare(e, T.Load(zs + 3 * width), mean, precision);
            }
            var scale = logScale.Broadcast<T>(n);
            var own = new OwnScale<T>(n - first, logOwn);
            if (own.IsNear(group))
                sums.Add(n, own.In(scale, 0) - a, own.In(scale, 1) - b, own.In(scale, 2) - c, own.In(scale, 3) - e);
            else sums.Add(n, scale - a, scale - b, scale - c, scale - e);
        }
    }
    #endregion
}
