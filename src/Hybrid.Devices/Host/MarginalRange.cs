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

    #region marginal-stream
    [MethodImpl(HotLoop.Options)]
    void Stream(float* column, int d, int first, LogSums<T> sums)
    {
        sums.Clear();
        T a = T.Load(column), b = T.Load(column + T.Width);
        T c = T.Load(column + 2 * T.Width), e = T.Load(column + 3 * T.Width);
        for (var n = 0; n < components; n++)
        {
            T mean = T.Broadcast(mu[n][d]), precision = T.Broadcast(halfPrecision[n][d]);
            var scale = MixtureDensity.ScaleTerm(T.Broadcast(logVar[n][d]));
            var own = new OwnScale<T>(n - first, logOwn);
            if (own.IsNear(LogSums<T>.Group))
                sums.Add(
                    n, MixtureDensity.Marginal(a, mean, precision, own.In(scale, 0)),
                    MixtureDensity.Marginal(b, mean, precision, own.In(scale, 1)),
                    MixtureDensity.Marginal(c, mean, precision, own.In(scale, 2)),
                    MixtureDensity.Marginal(e, mean, precision, own.In(scale, 3)));
            else
                sums.Add(
                    n, MixtureDensity.Marginal(a, mean, precision, scale),
                    MixtureDensity.Marginal(b, mean, precision, scale),
                    MixtureDensity.Marginal(c, mean, precision, scale),
                    MixtureDensity.Marginal(e, mean, precision, scale));
        }
    }
    #endregion
}
