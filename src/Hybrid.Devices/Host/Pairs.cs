using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>y[i·M + j] = act(a[i] + b[j]).</summary>
readonly struct PairSumMap<T, TActivation>(View a, View b, View y, int partners) : IMap<T>
    where T : unmanaged, IVectorLane<T>
    where TActivation : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(int row, int d, int count)
    {
        var i = (int)((uint)row / (uint)partners);
        var sum = a.Load<T>(i, d, count) + b.Load<T>(row - i * partners, d, count);
        y.Store(TActivation.Apply(sum), row, d, count);
    }
}

/// <summary>1.</summary>
readonly struct OneFormula : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T a) where T : unmanaged, ILane<T> => T.Const(1);
}

#region pair-sum-columns
/// <summary>Both sums of a group of columns in one pass over dy·act′(y).</summary>
/// <remarks>
/// da[i] stays in registers while j runs, db[·] in the cache, where each pass of i adds to it. A group
/// belongs to one worker, so both orders are ascending whoever the workers are.
/// </remarks>
readonly struct PairSumColumns<T, TSlope>(
    View y, View dy, View da, View db, int rows, int partners, int cols) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TSlope : IFormula1
{
    /// <summary>Columns of a group: two lanes, but at least a cache line.</summary>
    public static int Cols => Math.Max(2 * T.Width, 16);

    public void Run(int from, int to)
    {
        for (var group = from; group < to; group++)
        {
            int d = group * Cols, end = Math.Min(cols, d + Cols);
            for (; d <= end - 2 * T.Width; d += 2 * T.Width) Whole(d);
            for (; d < end; d += T.Width) Part(d, Math.Min(T.Width, end - d));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Whole(int d)
    {
        for (int i = 0, row = 0; i < rows; i++)
        {
            T left = default, right = default;
            for (var j = 0; j < partners; j++, row++)
            {
                T g0 = Term(row, d, T.Width), g1 = Term(row, d + T.Width, T.Width);
                left += g0;
                right += g1;
                Accumulate(i, j, d, T.Width, g0);
                Accumulate(i, j, d + T.Width, T.Width, g1);
            }
            da.Store(left, i, d, T.Width);
            da.Store(right, i, d + T.Width, T.Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Part(int d, int count)
    {
        for (int i = 0, row = 0; i < rows; i++)
        {
            var sum = default(T);
            for (var j = 0; j < partners; j++, row++)
            {
                var g = Term(row, d, count);
                sum += g;
                Accumulate(i, j, d, count, g);
            }
            da.Store(sum, i, d, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    T Term(int row, int d, int count) =>
        dy.Load<T>(row, d, count) * TSlope.Apply(y.Load<T>(row, d, count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Accumulate(int i, int j, int d, int count, T g) =>
        db.Store((i == 0 ? default : db.Load<T>(j, d, count)) + g, j, d, count);
}
#endregion
