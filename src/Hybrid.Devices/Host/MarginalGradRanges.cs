using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>What the reverse pass of a mixture's marginals reads: points [B, D], components [N, D].</summary>
readonly struct MarginalTrace(
    View z, View mu, View logVar, View halfPrecision, View logMarginals, View dy, int rows, int components,
    MixtureWeights weights)
{
    public readonly View Z = z, Mu = mu, LogVar = logVar, HalfPrecision = halfPrecision;
    public readonly View LogMarginals = logMarginals, DY = dy;
    public readonly int Rows = rows, Components = components;
    public readonly float LogCount = weights.LogCount(components), LogOwn = weights.LogOwn(components);
}

/// <summary>A lane of one column of a matrix: its rows lie a stride apart.</summary>
static unsafe class ColumnLane<T> where T : unmanaged, IVectorLane<T>
{
    /// <summary>Rows [first, first + Width) of column d; 0 where there is no row.</summary>
    public static T Load(View x, int first, int rows, int d)
    {
        var parts = stackalloc float[T.Width];
        for (var i = 0; i < T.Width; i++) parts[i] = first + i < rows ? x[first + i][d] : 0;
        return T.Load(parts);
    }

    /// <summary>Back again, for the rows that exist.</summary>
    public static void Store(T value, View y, int first, int rows, int d)
    {
        var parts = stackalloc float[T.Width];
        T.Store(value, parts);
        for (var i = 0; i < T.Width && first + i < rows; i++) y[first + i][d] = parts[i];
    }
}

/// <summary>dz of one column and a lane of points: tasks are (column, lane), components stream by.</summary>
readonly unsafe struct MarginalGradRowsRange<T>(MarginalTrace trace, View dz) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    public void Run(int from, int to)
    {
        var lanes = (trace.Rows - 1) / T.Width + 1;
        for (var task = from; task < to; task++) Stream(task / lanes, task % lanes * T.Width);
    }

    #region marginal-grad-rows
    [MethodImpl(HotLoop.Options)]
    void Stream(int d, int first)
    {
        T z = ColumnLane<T>.Load(trace.Z, first, trace.Rows, d), sum = default, logCount = T.Broadcast(trace.LogCount);
        var logMarginal = ColumnLane<T>.Load(trace.LogMarginals, first, trace.Rows, d);
        for (var n = 0; n < trace.Components; n++)
        {
            T mu = T.Broadcast(trace.Mu[n][d]), precision = T.Broadcast(trace.HalfPrecision[n][d]);
            var scale = MixtureDensity.ScaleTerm(T.Broadcast(trace.LogVar[n][d]));
            var own = new OwnScale<T>(n - first, trace.LogOwn);
            if (own.IsNear(T.Width)) scale = own.In(scale, 0);
            var share = Responsibility.Apply(
                MixtureDensity.Marginal(z, mu, precision, scale), logCount, logMarginal);
            sum = MixtureDensity.AddPull(sum, share, z, mu, precision);
        }
        var dy = ColumnLane<T>.Load(trace.DY, first, trace.Rows, d);
        ColumnLane<T>.Store(T.Const(-2) * dy * sum, dz, first, trace.Rows, d);
    }
    #endregion
}

/// <summary>The adjoints of one column and a lane of components: points stream by.</summary>
readonly unsafe struct MarginalGradComponentsRange<T>(
    MarginalTrace trace, View dMu, View dHalfPrecision, View dLogVar) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    public void Run(int from, int to)
    {
        var lanes = (trace.Components - 1) / T.Width + 1;
        for (var task = from; task < to; task++) Stream(task / lanes, task % lanes * T.Width);
    }

    [MethodImpl(HotLoop.Options)]
    void Stream(int d, int start)
    {
        int components = trace.Components;
        T mu = ColumnLane<T>.Load(trace.Mu, start, components, d), logCount = T.Broadcast(trace.LogCount);
        var precision = ColumnLane<T>.Load(trace.HalfPrecision, start, components, d);
        var scale = MixtureDensity.ScaleTerm(ColumnLane<T>.Load(trace.LogVar, start, components, d));
        T first = default, second = default, mass = default;
        for (var row = 0; row < trace.Rows; row++)
        {
            var z = T.Broadcast(trace.Z[row][d]);
            var own = new OwnScale<T>(row - start, trace.LogOwn);
            var mine = own.IsNear(T.Width) ? own.In(scale, 0) : scale;
            var weight = T.Broadcast(trace.DY[row][d]) * Responsibility.Apply(
                MixtureDensity.Marginal(z, mu, precision, mine), logCount, T.Broadcast(trace.LogMarginals[row][d]));
            mass += weight;
            MixtureDensity.AddMoments(ref first, ref second, weight, z, mu);
        }
        ColumnLane<T>.Store(T.Const(2) * precision * first, dMu, start, components, d);
        ColumnLane<T>.Store(-second, dHalfPrecision, start, components, d);
        ColumnLane<T>.Store(T.Const(-0.5) * mass, dLogVar, start, components, d);
    }
}
