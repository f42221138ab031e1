using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>One column of a mixture's marginals at groups of four lanes of rows: tasks are (column, group).</summary>
readonly unsafe struct MarginalRange<T>(
    View z, View mu, View logVar, View halfPrecision, float logCount, float logOwn, View y, int rows, int components)
    : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    readonly int groups = (rows - 1) / LogSums<T>.Group + 1;

    public void Run(int from, int to)
    {
        var scratch = LogSums<T>.Allocate(numbers: 1);
        var sums = new LogSums<T>(scratch + LogSums<T>.Group);
        for (var task = from; task < to; task++)
        {
            int d = task / groups, first = task % groups * LogSums<T>.Group;
            for (var i = 0; i < LogSums<T>.Group; i++)
                scratch[i] = first + i < rows ? z[first + i][d] : 0;
            Stream(scratch, d, first, sums);
            sums.Meet(new(y.At + d, y.Stride), first, rows, logCount);
        }
        NativeMemory.AlignedFree(scratch);
    }

    /// <summary>The rows' own components apart, as <see cref="MixtureRange{T}"/> has them.</summary>
    void Stream(float* column, int d, int first, LogSums<T> sums)
    {
        sums.Clear();
        if (logOwn == 0)
        {
            Stream(column, d, 0, components, sums);
            return;
        }
        int from = Math.Min(first, components), to = Math.Min(first + LogSums<T>.Group, components);
        Stream(column, d, 0, from, sums);
        var lanes = stackalloc T[4];
        for (var n = from; n < to; n++)
        {
            var scale = MixtureDensity.ScaleTerm(T.Broadcast(logVar[n][d]));
            for (var lane = 0; lane < 4; lane++)
                lanes[lane] = MixtureDensity.Marginal(
                    T.Load(column + lane * T.Width), T.Broadcast(mu[n][d]), T.Broadcast(halfPrecision[n][d]),
                    new OwnScale<T>(n - first, logOwn).In(scale, lane));
            sums.Add(n, lanes[0], lanes[1], lanes[2], lanes[3]);
        }
        Stream(column, d, to, components, sums);
    }

    #region marginal-stream
    [MethodImpl(HotLoop.Options)]
    void Stream(float* column, int d, int from, int to, LogSums<T> sums)
    {
        T a = T.Load(column), b = T.Load(column + T.Width);
        T c = T.Load(column + 2 * T.Width), e = T.Load(column + 3 * T.Width);
        for (var n = from; n < to; n++)
        {
            T mean = T.Broadcast(mu[n][d]), precision = T.Broadcast(halfPrecision[n][d]);
            var scale = MixtureDensity.ScaleTerm(T.Broadcast(logVar[n][d]));
            sums.Add(
                n, MixtureDensity.Marginal(a, mean, precision, scale),
                MixtureDensity.Marginal(b, mean, precision, scale),
                MixtureDensity.Marginal(c, mean, precision, scale),
                MixtureDensity.Marginal(e, mean, precision, scale));
        }
    }
    #endregion
}
