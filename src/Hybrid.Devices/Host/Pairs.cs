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
            for (; d < end; d += T.Width) Part(0, d, Math.Min(T.Width, end - d));
        }
    }

    void Whole(int d)
    {
        var i = 0;
        for (; i <= rows - 4; i += 4) FourRows(i, d);
        if (i == rows) return;
        Part(i, d, T.Width);
        Part(i, d + T.Width, T.Width);
    }

    #region pair-sum-columns
    /// <summary>Four rows of pairs at once: db[j] is loaded and stored once for four additions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void FourRows(int i, int d)
    {
        var e = d + T.Width;
        T l0 = default, l1 = default, l2 = default, l3 = default;
        T r0 = default, r1 = default, r2 = default, r3 = default;
        for (int j = 0, row = i * partners; j < partners; j++, row++)
        {
            T left = Sum(i, j, d, T.Width), right = Sum(i, j, e, T.Width);
            Add(row, d, ref l0, ref left);
            Add(row, e, ref r0, ref right);
            Add(row + partners, d, ref l1, ref left);
            Add(row + partners, e, ref r1, ref right);
            Add(row + 2 * partners, d, ref l2, ref left);
            Add(row + 2 * partners, e, ref r2, ref right);
            Add(row + 3 * partners, d, ref l3, ref left);
            Add(row + 3 * partners, e, ref r3, ref right);
            db.Store(left, j, d, T.Width);
            db.Store(right, j, e, T.Width);
        }
        da.Store(l0, i, d, T.Width);
        da.Store(l1, i + 1, d, T.Width);
        da.Store(l2, i + 2, d, T.Width);
        da.Store(l3, i + 3, d, T.Width);
        da.Store(r0, i, e, T.Width);
        da.Store(r1, i + 1, e, T.Width);
        da.Store(r2, i + 2, e, T.Width);
        da.Store(r3, i + 3, e, T.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Add(int row, int d, ref T ofRow, ref T ofPartner)
    {
        var g = Term(row, d, T.Width);
        ofRow += g;
        ofPartner += g;
    }
    #endregion

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Part(int first, int d, int count)
    {
        for (int i = first, row = first * partners; i < rows; i++)
        {
            var sum = default(T);
            for (var j = 0; j < partners; j++, row++)
            {
                var g = Term(row, d, count);
                sum += g;
                db.Store(Sum(i, j, d, count) + g, j, d, count);
            }
            da.Store(sum, i, d, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    T Term(int row, int d, int count) =>
        dy.Load<T>(row, d, count) * TSlope.Apply(y.Load<T>(row, d, count));

    /// <summary>db[j] of the rows before i: nothing before the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    T Sum(int i, int j, int d, int count) => i == 0 ? default : db.Load<T>(j, d, count);
}
