using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>delta[i] = Σ_d dy·y − dLogSum.</summary>
readonly unsafe struct AttentionDeltaSum<T>(View y, View dy, View dLogSum, View delta) : ISum<T>
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count) => dy.Load<T>(row, d, count) * y.Load<T>(row, d, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *delta[row] = Exact.Sub(sum, *dLogSum[row]);
}

/// <summary>What the reverse pass of attention reads.</summary>
/// <param name="q">Queries.</param>
/// <param name="k">Keys.</param>
/// <param name="v">Values.</param>
/// <param name="dy">Adjoint of the outputs.</param>
/// <param name="logSum">L of each query.</param>
/// <param name="delta">Δ of each query.</param>
/// <param name="shape">The sizes.</param>
readonly struct AttentionTrace(
    View q, View k, View v, View dy, View logSum, View delta, AttentionShape shape)
{
    public readonly View Q = q, K = k, V = v, DY = dy, LogSum = logSum, Delta = delta;
    public readonly AttentionShape Shape = shape;
}

/// <summary>dq of groups of two lanes of queries: keys and values stream by.</summary>
readonly unsafe struct AttentionGradQueryRange<T>(AttentionTrace trace, View dq) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    static int Group => AttentionLanes<T>.Group;

    public void Run(int from, int to)
    {
        var s = trace.Shape;
        var words = (nuint)((2 * s.D + s.Dv + 2 + 2 * PartialSums.Count) * Group);
        var scratch = (float*)NativeMemory.AlignedAlloc(words * sizeof(float), 64);
        for (var group = from; group < to; group++)
        {
            var at = new AttentionGroup(group, s.T, Group);
            float* queries = scratch, sums = queries + s.D * Group, dys = sums + s.D * Group;
            var state = dys + s.Dv * Group;
            AttentionLanes<T>.TurnOver(trace.Q, at.First, at.Count, s.D, queries);
            AttentionLanes<T>.TurnOver(trace.DY, at.First, at.Count, s.Dv, dys);
            AttentionLanes<T>.TurnOver(trace.LogSum, at.First, at.Count, 1, state);
            AttentionLanes<T>.TurnOver(trace.Delta, at.First, at.Count, 1, state + Group);
            new Span<float>(sums, s.D * Group).Clear();
            Stream(at.Problem * s.S, queries, dys, state, state + 2 * Group, sums);
            AttentionLanes<T>.Scale(sums, s.D, s.Scale);
            AttentionLanes<T>.TurnBack(sums, dq, at.First, at.Count, s.D);
        }
        NativeMemory.AlignedFree(scratch);
    }

    [MethodImpl(HotLoop.Options)]
    void Stream(int firstKey, float* queries, float* dys, float* state, float* scores, float* sums)
    {
        var s = trace.Shape;
        int group = 2 * T.Width, block = PartialSums.Count;
        var dWeights = scores + block * group;
        var scale = T.Broadcast(s.Scale);
        for (var k0 = 0; k0 < s.S; k0 += block)
        {
            var keys = Math.Min(block, s.S - k0);
            AttentionLanes<T>.Dots(dys, trace.V, firstKey + k0, keys, s.Dv, dWeights);
            AttentionLanes<T>.Dots(queries, trace.K, firstKey + k0, keys, s.D, scores);
            for (var i = 0; i < keys * group; i += T.Width)
            {
                var row = i % group;
                var weight = AttentionWeight.Apply(scale * T.Load(scores + i), T.Load(state + row));
                T.Store(AttentionScoreGrad.Apply(weight, T.Load(dWeights + i), T.Load(state + group + row)),
                    scores + i);
            }
            AttentionLanes<T>.Add(
                scores, trace.K, firstKey + k0, keys, s.D, T.Const(1), T.Const(1), sums);
        }
    }
}

/// <summary>dk and dv of groups of two lanes of keys: queries and their dy stream by.</summary>
readonly unsafe struct AttentionGradKeyValueRange<T>(AttentionTrace trace, View dk, View dv) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    static int Group => AttentionLanes<T>.Group;

    public void Run(int from, int to)
    {
        var s = trace.Shape;
        var words = (nuint)((2 * s.D + 2 * s.Dv + 2 * PartialSums.Count) * Group);
        var scratch = (float*)NativeMemory.AlignedAlloc(words * sizeof(float), 64);
        for (var group = from; group < to; group++)
        {
            var at = new AttentionGroup(group, s.S, Group);
            float* keys = scratch, values = keys + s.D * Group, sums = values + s.Dv * Group;
            float* valueSums = sums + s.D * Group, scores = valueSums + s.Dv * Group;
            AttentionLanes<T>.TurnOver(trace.K, at.First, at.Count, s.D, keys);
            AttentionLanes<T>.TurnOver(trace.V, at.First, at.Count, s.Dv, values);
            new Span<float>(sums, (s.D + s.Dv) * Group).Clear();
            Stream(at.Problem * s.T, keys, values, scores, sums, valueSums);
            AttentionLanes<T>.Scale(sums, s.D, s.Scale);
            AttentionLanes<T>.TurnBack(sums, dk, at.First, at.Count, s.D);
            AttentionLanes<T>.TurnBack(valueSums, dv, at.First, at.Count, s.Dv);
        }
        NativeMemory.AlignedFree(scratch);
    }

    #region attention-grad-key-value
    [MethodImpl(HotLoop.Options)]
    void Stream(
        int firstQuery, float* keys, float* values, float* scores, float* sums, float* valueSums)
    {
        var s = trace.Shape;
        int group = 2 * T.Width, block = PartialSums.Count;
        var dWeights = scores + block * group;
        var scale = T.Broadcast(s.Scale);
        for (var t0 = 0; t0 < s.T; t0 += block)
        {
            int first = firstQuery + t0, queries = Math.Min(block, s.T - t0);
            AttentionLanes<T>.Dots(values, trace.DY, first, queries, s.Dv, dWeights);
            AttentionLanes<T>.Dots(keys, trace.Q, first, queries, s.D, scores);
            for (var j = 0; j < queries; j++)
            {
                T logSum = trace.LogSum.Broadcast<T>(first + j), delta = trace.Delta.Broadcast<T>(first + j);
                for (var i = j * group; i < (j + 1) * group; i += T.Width)
                {
                    var weight = AttentionWeight.Apply(scale * T.Load(scores + i), logSum);
                    T.Store(weight, scores + i);
                    T.Store(AttentionScoreGrad.Apply(weight, T.Load(dWeights + i), delta), dWeights + i);
                }
            }
            AttentionLanes<T>.Add(
                scores, trace.DY, first, queries, s.Dv, T.Const(1), T.Const(1), valueSums);
            AttentionLanes<T>.Add(dWeights, trace.Q, first, queries, s.D, T.Const(1), T.Const(1), sums);
        }
    }
    #endregion
}
