using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

using static PartialSums;

/// <summary>Attention of groups of two lanes of queries: keys and values stream by in blocks of 32.</summary>
readonly unsafe struct AttentionRange<T>(
    View q, View k, View v, AttentionShape shape, View y, View logSum) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    static int Group => AttentionLanes<T>.Group;

    public void Run(int from, int to)
    {
        var words = (nuint)((shape.D + shape.Dv + Count + Count / 2 + 2) * Group);
        var scratch = (float*)NativeMemory.AlignedAlloc(words * sizeof(float), 64);
        for (var group = from; group < to; group++)
        {
            var at = new AttentionGroup(group, shape.T, Group);
            float* turned = scratch, sums = turned + shape.D * Group, state = sums + shape.Dv * Group;
            AttentionLanes<T>.TurnOver(q, at.First, at.Count, shape.D, turned);
            Stream(at.Problem * shape.S, turned, sums, state, state + 2 * Group);
            AttentionLanes<T>.TurnBack(sums, y, at.First, at.Count, shape.Dv);
            AttentionLanes<T>.TurnBack(state, logSum, at.First, at.Count, 1);
        }
        NativeMemory.AlignedFree(scratch);
    }

    #region attention-stream
    /// <summary>The outputs of a group, turned over, and behind them each row's L.</summary>
    [MethodImpl(HotLoop.Options)]
    void Stream(int firstKey, float* turned, float* sums, float* state, float* weights)
    {
        int width = T.Width, group = 2 * T.Width;
        var partial = weights + Count * group;
        new Span<float>(sums, shape.Dv * group).Clear();
        T m0 = T.Const(MixtureDensity.Nothing), m1 = m0, sum0 = default, sum1 = default;
        var scale = T.Broadcast(shape.Scale);
        for (var k0 = 0; k0 < shape.S; k0 += Count)
        {
            var keys = Math.Min(Count, shape.S - k0);
            AttentionLanes<T>.Dots(turned, k, firstKey + k0, keys, shape.D, weights);
            T risen0 = m0, risen1 = m1;
            for (var w = weights; w < weights + keys * group; w += group)
            {
                T score0 = scale * T.Load(w), score1 = scale * T.Load(w + width);
                AttentionLanes<T>.Store(w, score0, score1);
                risen0 = T.Max(risen0, score0);
                risen1 = T.Max(risen1, score1);
            }
            for (var w = weights; w < weights + keys * group; w += group)
                AttentionLanes<T>.Store(w, AttentionWeight.Apply(T.Load(w), risen0),
                    AttentionWeight.Apply(T.Load(w + width), risen1));
            new Span<float>(weights + keys * group, (Count - keys) * group).Clear();

            T shrink0 = OnlineSoftmax.Shrink(m0, risen0), shrink1 = OnlineSoftmax.Shrink(m1, risen1);
            Meet(weights, partial);
            sum0 = OnlineSoftmax.Join(sum0, shrink0, T.Load(partial));
            sum1 = OnlineSoftmax.Join(sum1, shrink1, T.Load(partial + width));
            (m0, m1) = (risen0, risen1);
            AttentionLanes<T>.Add(weights, v, firstKey + k0, keys, shape.Dv, shrink0, shrink1, sums);
        }
        for (var s = sums; s < sums + shape.Dv * group; s += group)
            AttentionLanes<T>.Store(s, T.Load(s) / sum0, T.Load(s + width) / sum1);
        AttentionLanes<T>.Store(
            state, OnlineSoftmax.LogSum(m0, sum0), OnlineSoftmax.LogSum(m1, sum1));
    }
    #endregion

    /// <summary>The butterfly over a block's weights, all rows of the group side by side.</summary>
    [MethodImpl(Inline)]
    static void Meet(float* weights, float* partial)
    {
        for (var i = 0; i < Count / 2 * Group; i += T.Width)
            T.Store(T.Load(weights + i) + T.Load(weights + i + Count / 2 * Group), partial + i);
        for (var half = Count / 4 * Group; half >= Group; half /= 2)
            for (var i = 0; i < half; i += T.Width)
                T.Store(T.Load(partial + i) + T.Load(partial + i + half), partial + i);
    }
}

/// <summary>Neighbouring rows of one problem.</summary>
readonly struct AttentionGroup
{
    public readonly int Problem, First, Count;

    /// <param name="index">Groups are counted through all problems.</param>
    /// <param name="rows">Rows of a problem.</param>
    /// <param name="size">Rows of a group; a problem's last may have fewer.</param>
    public AttentionGroup(int index, int rows, int size)
    {
        var groups = PerProblem(rows, size);
        Problem = index / groups;
        var from = index % groups * size;
        First = Problem * rows + from;
        Count = Math.Min(size, rows - from);
    }

    public static int PerProblem(int rows, int size) => (rows - 1) / size + 1;
}
