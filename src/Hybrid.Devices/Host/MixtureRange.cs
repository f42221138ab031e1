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

    /// <summary>The rows' own components apart: others need not look whose they are.</summary>
    void Stream(float* turned, int first, LogSums<T> sums)
    {
        sums.Clear();
        if (logOwn == 0)
        {
            Stream(turned, 0, components, sums);
            return;
        }
        int from = Math.Min(first, components), to = Math.Min(first + Group, components);
        Stream(turned, 0, from, sums);
        var lanes = stackalloc T[4];
        for (var n = from; n < to; n++)
        {
            for (var lane = 0; lane < 4; lane++)
            {
                var square = default(T);
                for (var d = 0; d < dims; d++)
                    square = MixtureDensity.AddSquare(
                        square, T.Load(turned + d * Group + lane * T.Width), T.Broadcast(mu[n][d]),
                        T.Broadcast(halfPrecision[n][d]));
                lanes[lane] = new OwnScale<T>(n - first, logOwn).In(logScale.Broadcast<T>(n), lane) - square;
            }
            sums.Add(n, lanes[0], lanes[1], lanes[2], lanes[3]);
        }
        Stream(turned, to, components, sums);
    }

    #region mixture-stream
    [MethodImpl(HotLoop.Options)]
    void Stream(float* turned, int from, int to, LogSums<T> sums)
    {
        int width = T.Width, group = 4 * T.Width;
        for (var n = from; n < to; n++)
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
            sums.Add(n, scale - a, scale - b, scale - c, scale - e);
        }
    }
    #endregion
}
