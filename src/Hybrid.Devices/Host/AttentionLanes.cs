using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Two lanes of rows against the rows of another matrix: what the passes of attention share.</summary>
/// <remarks>
/// A lane holds rows, not columns: they are turned over once, the other matrix' numbers are read in place and
/// broadcast, and whatever concerns a row (its maximum, its sum) is a step of lanes without any exchange.
/// Four of the others at a time give eight independent chains.
/// </remarks>
static unsafe class AttentionLanes<T> where T : unmanaged, IVectorLane<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Rows that share a pass over the others.</summary>
    public static int Group => 2 * T.Width;

    /// <summary>Others that are taken together: the blocks of the documented order.</summary>
    public const int Block = PartialSums.Count;

    /// <summary>xᵀ[column, row of the group]; rows that do not exist are 0.</summary>
    public static void TurnOver(View x, int first, int count, int cols, float* turned)
    {
        if (count < Group) new Span<float>(turned, cols * Group).Clear();
        for (var i = 0; i < count; i++)
        {
            var row = x[first + i];
            for (var d = 0; d < cols; d++) turned[d * Group + i] = row[d];
        }
    }

    /// <summary>Back again, for the rows that exist.</summary>
    public static void TurnBack(float* turned, View y, int first, int count, int cols)
    {
        for (var i = 0; i < count; i++)
        {
            var row = y[first + i];
            for (var d = 0; d < cols; d++) row[d] = turned[d * Group + i];
        }
    }

    #region attention-lanes-dots
    /// <summary>dots[j, row]: the group's rows times others [first, first + count), a chain over depth.</summary>
    [MethodImpl(HotLoop.Options)]
    public static void Dots(float* turned, View others, int first, int count, int depth, float* dots)
    {
        int width = T.Width, group = 2 * T.Width, j = 0;
        for (; j <= count - 4; j += 4, dots += 4 * group)
        {
            float* b0 = others[first + j], b1 = others[first + j + 1];
            float* b2 = others[first + j + 2], b3 = others[first + j + 3], a = turned;
            T d00 = default, d01 = default, d10 = default, d11 = default;
            T d20 = default, d21 = default, d30 = default, d31 = default;
            for (var d = 0; d < depth; d++, a += group)
            {
                T a0 = T.Load(a), a1 = T.Load(a + width);
                Step(T.Broadcast(b0[d]), a0, a1, ref d00, ref d01);
                Step(T.Broadcast(b1[d]), a0, a1, ref d10, ref d11);
                Step(T.Broadcast(b2[d]), a0, a1, ref d20, ref d21);
                Step(T.Broadcast(b3[d]), a0, a1, ref d30, ref d31);
            }
            Store(dots, d00, d01);
            Store(dots + group, d10, d11);
            Store(dots + 2 * group, d20, d21);
            Store(dots + 3 * group, d30, d31);
        }
        for (; j < count; j++, dots += group)
        {
            float* b = others[first + j], a = turned;
            T d0 = default, d1 = default;
            for (var d = 0; d < depth; d++, a += group)
                Step(T.Broadcast(b[d]), T.Load(a), T.Load(a + width), ref d0, ref d1);
            Store(dots, d0, d1);
        }
    }
    #endregion

    /// <summary>
    /// sums[column, row] times a number of the row, then each of the others' columns times its weight [j, row]:
    /// a chain over j.
    /// </summary>
    [MethodImpl(HotLoop.Options)]
    public static void Add(
        float* weights, View others, int first, int count, int cols, T shrink0, T shrink1, float* sums)
    {
        int width = T.Width, group = 2 * T.Width, d = 0;
        for (; d <= cols - 4; d += 4, sums += 4 * group)
        {
            T s00 = T.Load(sums) * shrink0, s01 = T.Load(sums + width) * shrink1;
            T s10 = T.Load(sums + group) * shrink0, s11 = T.Load(sums + group + width) * shrink1;
            T s20 = T.Load(sums + 2 * group) * shrink0, s21 = T.Load(sums + 2 * group + width) * shrink1;
            T s30 = T.Load(sums + 3 * group) * shrink0, s31 = T.Load(sums + 3 * group + width) * shrink1;
            float* b = others[first] + d, w = weights;
            for (var j = 0; j < count; j++, b += others.Stride, w += group)
            {
                T w0 = T.Load(w), w1 = T.Load(w + width);
                Step(T.Broadcast(b[0]), w0, w1, ref s00, ref s01);
                Step(T.Broadcast(b[1]), w0, w1, ref s10, ref s11);
                Step(T.Broadcast(b[2]), w0, w1, ref s20, ref s21);
                Step(T.Broadcast(b[3]), w0, w1, ref s30, ref s31);
            }
            Store(sums, s00, s01);
            Store(sums + group, s10, s11);
            Store(sums + 2 * group, s20, s21);
            Store(sums + 3 * group, s30, s31);
        }
        for (; d < cols; d++, sums += group)
        {
            T s0 = T.Load(sums) * shrink0, s1 = T.Load(sums + width) * shrink1;
            float* b = others[first] + d, w = weights;
            for (var j = 0; j < count; j++, b += others.Stride, w += group)
                Step(T.Broadcast(*b), T.Load(w), T.Load(w + width), ref s0, ref s1);
            Store(sums, s0, s1);
        }
    }

    [MethodImpl(Inline)]
    static void Step(T b, T a0, T a1, ref T sum0, ref T sum1)
    {
        sum0 = T.Fma(b, a0, sum0);
        sum1 = T.Fma(b, a1, sum1);
    }

    [MethodImpl(Inline)]
    public static void Store(float* to, T first, T second)
    {
        T.Store(first, to);
        T.Store(second, to + T.Width);
    }

    /// <summary>Every number of so many rows of the group times a factor.</summary>
    [MethodImpl(HotLoop.Options)]
    public static void Scale(float* numbers, int rows, float factor)
    {
        var scale = T.Broadcast(factor);
        for (var i = 0; i < rows * Group; i += T.Width) T.Store(scale * T.Load(numbers + i), numbers + i);
    }
}
