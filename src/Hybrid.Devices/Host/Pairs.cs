using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>y[i·M + j] = act(a[i] + b[j]) for a range of i.</summary>
readonly struct PairSumRange<T, TActivation>(View a, View b, View y, int partners, int cols) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TActivation : IFormula1
{
    public void Run(int from, int to)
    {
        for (var i = from; i < to; i++)
            for (var j = 0; j < partners; j++) Row(i, j);
    }

    [MethodImpl(HotLoop.Options)]
    void Row(int i, int j)
    {
        var row = i * partners + j;
        var d = 0;
        for (; d <= cols - T.Width; d += T.Width) Step(i, j, row, d, T.Width);
        if (d < cols) Step(i, j, row, d, cols - d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Step(int i, int j, int row, int d, int count) => y.Store(
        TActivation.Apply(a.Load<T>(i, d, count) + b.Load<T>(j, d, count)), row, d, count);
}

/// <summary>1.</summary>
readonly struct OneFormula : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T a) where T : unmanaged, ILane<T> => T.Const(1);
}

/// <summary>Both sums of a group of columns in one pass over dy·act′(y).</summary>
/// <remarks>
/// Rows of pairs come in the order in which they lie in memory; da[i] stays in the first cache while j runs,
/// db[·] in the second. A group belongs to one worker, so both orders are ascending whoever the workers are.
/// </remarks>
readonly unsafe struct PairSumColumns<T, TSlope>(
    View y, View dy, View da, View db, int rows, int partners, int cols) : IRowRange
    where T : unmanaged, IVectorLane<T>
    where TSlope : IFormula1
{
    /// <summary>Rows of pairs between asking memory for one and adding it.</summary>
    const int Ahead = 8;

    /// <summary>Columns of a group: so few that two threads share 256 evenly, so many that lines are whole.</summary>
    public const int Cols = 64;

    public void Run(int from, int to)
    {
        for (var group = from; group < to; group++)
        {
            int first = group * Cols, end = Math.Min(cols, first + Cols);
            for (var j = 0; j < partners; j++) new Span<float>(db[j] + first, end - first).Clear();
            for (var i = 0; i < rows; i++)
            {
                new Span<float>(da[i] + first, end - first).Clear();
                Row(i, first, end);
            }
        }
    }

    #region pair-sum-row
    [MethodImpl(HotLoop.Options)]
    void Row(int i, int first, int end)
    {
        for (int j = 0, row = i * partners; j < partners; j++, row++)
        {
            var d = first;
            Fetch(row + Ahead, first, end);
            for (; d <= end - T.Width; d += T.Width) Add(i, j, row, d, T.Width);
            if (d < end) Add(i, j, row, d, end - d);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Add(int i, int j, int row, int d, int count)
    {
        var term = dy.Load<T>(row, d, count) * TSlope.Apply(y.Load<T>(row, d, count));
        da.Store(da.Load<T>(i, d, count) + term, i, d, count);
        db.Store(db.Load<T>(j, d, count) + term, j, d, count);
    }
    #endregion

    /// <summary>A group's rows lie apart, where no processor looks ahead by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Fetch(int row, int first, int end)
    {
        if (!Sse.IsSupported) return;
        for (var d = first; d < end; d += 16)
        {
            Sse.Prefetch0(y[row] + d);
            Sse.Prefetch0(dy[row] + d);
        }
    }
}
