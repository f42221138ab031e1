using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>What the reverse pass of a mixture reads.</summary>
/// <param name="z">Points.</param>
/// <param name="mu">Means of the components.</param>
/// <param name="halfPrecision">½e^−ℓ.</param>
/// <param name="logScale">Their scales.</param>
/// <param name="logDensity">The density at each point.</param>
/// <param name="dy">Its adjoint.</param>
/// <param name="rows">Points.</param>
/// <param name="components">N.</param>
/// <param name="dims">D.</param>
/// <param name="weights">Of the components.</param>
readonly struct MixtureTrace(
    View z, View mu, View halfPrecision, View logScale, View logDensity, View dy, int rows, int components, int dims,
    MixtureWeights weights)
{
    public readonly View Z = z, Mu = mu, HalfPrecision = halfPrecision, LogScale = logScale;
    public readonly View LogDensity = logDensity, DY = dy;
    public readonly int Rows = rows, Components = components, Dims = dims;
    public readonly float LogCount = weights.LogCount(components), LogOwn = weights.LogOwn(components);
}

/// <summary>dz of groups of two lanes of points: components stream by.</summary>
readonly unsafe struct MixtureGradRowsRange<T>(MixtureTrace trace, View dz) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    static int Group => MixtureLanes<T>.Group;

    public void Run(int from, int to)
    {
        var dims = trace.Dims;
        var words = (nuint)((2 * dims + 2 + MixtureLanes<T>.Block) * Group);
        var scratch = (float*)NativeMemory.AlignedAlloc(words * sizeof(float), 64);
        for (var group = from; group < to; group++)
        {
            int first = group * Group, count = Math.Min(Group, trace.Rows - first);
            float* points = scratch, sums = points + dims * Group, densities = sums + dims * Group;
            var adjoints = densities + Group;
            AttentionLanes<T>.TurnOver(trace.Z, first, count, dims, points);
            AttentionLanes<T>.TurnOver(trace.LogDensity, first, count, 1, densities);
            AttentionLanes<T>.TurnOver(trace.DY, first, count, 1, adjoints);
            new Span<float>(sums, dims * Group).Clear();
            Stream(points, densities, adjoints + Group, first, sums);
            Scale(sums, adjoints);
            AttentionLanes<T>.TurnBack(sums, dz, first, count, dims);
        }
        NativeMemory.AlignedFree(scratch);
    }

    #region mixture-grad-rows
    [MethodImpl(HotLoop.Options)]
    void Stream(float* points, float* densities, float* shares, int first, float* sums)
    {
        int group = Group, block = MixtureLanes<T>.Block;
        var logCount = T.Broadcast(trace.LogCount);
        for (var n0 = 0; n0 < trace.Components; n0 += block)
        {
            var count = Math.Min(block, trace.Components - n0);
            MixtureLanes<T>.SquaresOfPoints(
                points, trace.Mu, trace.HalfPrecision, n0, count, trace.Dims, shares);
            for (var j = 0; j < count; j++)
            {
                var scale = trace.LogScale.Broadcast<T>(n0 + j);
                var own = new OwnScale<T>(n0 + j - first, trace.LogOwn);
                for (var i = 0; i < group; i += T.Width)
                {
                    var at = shares + j * group + i;
                    var mine = own.IsNear(group) ? own.In(scale, i / T.Width) : scale;
                    T.Store(Responsibility.Apply(mine - T.Load(at), logCount, T.Load(densities + i)), at);
                }
            }
            MixtureLanes<T>.AddPulls(
                shares, points, trace.Mu, trace.HalfPrecision, n0, count, trace.Dims, sums);
        }
    }
    #endregion

    /// <summary>(−2·dy)·sum.</summary>
    [MethodImpl(HotLoop.Options)]
    void Scale(float* sums, float* adjoints)
    {
        for (var d = 0; d < trace.Dims; d++)
            for (var i = 0; i < Group; i += T.Width)
            {
                var at = sums + d * Group + i;
                T.Store(T.Const(-2) * T.Load(adjoints + i) * T.Load(at), at);
            }
    }
}

/// <summary>The adjoints of groups of two lanes of components: points stream by.</summary>
readonly unsafe struct MixtureGradComponentsRange<T>(
    MixtureTrace trace, View dMu, View dHalfPrecision, View dLogScale) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    static int Group => MixtureLanes<T>.Group;

    public void Run(int from, int to)
    {
        var dims = trace.Dims;
        var words = (nuint)((4 * dims + 2 + MixtureLanes<T>.Block) * Group);
        var scratch = (float*)NativeMemory.AlignedAlloc(words * sizeof(float), 64);
        for (var group = from; group < to; group++)
        {
            int first = group * Group, count = Math.Min(Group, trace.Components - first);
            float* mu = scratch, precision = mu + dims * Group, firsts = precision + dims * Group;
            float* seconds = firsts + dims * Group, scales = seconds + dims * Group, masses = scales + Group;
            AttentionLanes<T>.TurnOver(trace.Mu, first, count, dims, mu);
            AttentionLanes<T>.TurnOver(trace.HalfPrecision, first, count, dims, precision);
            AttentionLanes<T>.TurnOver(trace.LogScale, first, count, 1, scales);
            new Span<float>(firsts, 2 * dims * Group).Clear();
            new Span<float>(masses, Group).Clear();
            Stream(mu, precision, scales, masses, masses + Group, first, firsts, seconds);
            Finish(precision, firsts, seconds);
            AttentionLanes<T>.TurnBack(firsts, dMu, first, count, dims);
            AttentionLanes<T>.TurnBack(seconds, dHalfPrecision, first, count, dims);
            AttentionLanes<T>.TurnBack(masses, dLogScale, first, count, 1);
        }
        NativeMemory.AlignedFree(scratch);
    }

    [MethodImpl(HotLoop.Options)]
    void Stream(
        float* mu, float* precision, float* scales, float* masses, float* weights, int first, float* firsts,
        float* seconds)
    {
        int group = Group, block = MixtureLanes<T>.Block;
        var logCount = T.Broadcast(trace.LogCount);
        for (var b0 = 0; b0 < trace.Rows; b0 += block)
        {
            var count = Math.Min(block, trace.Rows - b0);
            MixtureLanes<T>.SquaresOfComponents(mu, precision, trace.Z, b0, count, trace.Dims, weights);
            for (var j = 0; j < count; j++)
            {
                T logDensity = trace.LogDensity.Broadcast<T>(b0 + j), dy = trace.DY.Broadcast<T>(b0 + j);
                var own = new OwnScale<T>(b0 + j - first, trace.LogOwn);
                for (var i = 0; i < group; i += T.Width)
                {
                    var at = weights + j * group + i;
                    var scale = T.Load(scales + i);
                    if (own.IsNear(group)) scale = own.In(scale, i / T.Width);
                    var weight = dy * Responsibility.Apply(scale - T.Load(at), logCount, logDensity);
                    T.Store(weight, at);
                    T.Store(T.Load(masses + i) + weight, masses + i);
                }
            }
            MixtureLanes<T>.AddMoments(weights, mu, trace.Z, b0, count, trace.Dims, firsts, seconds);
        }
    }

    /// <summary>(2·½e^−ℓ)·first, and −second.</summary>
    [MethodImpl(HotLoop.Options)]
    void Finish(float* precision, float* firsts, float* seconds)
    {
        for (var i = 0; i < trace.Dims * Group; i += T.Width)
        {
            T.Store(T.Const(2) * T.Load(precision + i) * T.Load(firsts + i), firsts + i);
            T.Store(-T.Load(seconds + i), seconds + i);
        }
    }
}
