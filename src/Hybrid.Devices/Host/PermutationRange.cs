using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>The ranks of a lane of keys of one column, and what they move: tasks are (column, lane).</summary>
readonly unsafe struct PermutationRange<T>(View x, View keys, View y, int rows) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    public void Run(int from, int to)
    {
        var lanes = (rows - 1) / T.Width + 1;
        var ranks = stackalloc float[T.Width];
        for (var task = from; task < to; task++)
        {
            int d = task / lanes, first = task % lanes * T.Width;
            T.Store(Ranks(d, first), ranks);
            for (var i = 0; i < T.Width && first + i < rows; i++)
                y[(int)ranks[i] + Among(d, first, first + i)][d] = x[first + i][d];
        }
    }

    /// <summary>How many keys of other lanes are smaller, or equal and before.</summary>
    [MethodImpl(HotLoop.Options)]
    T Ranks(int d, int first)
    {
        T mine = ColumnLane<T>.Load(keys, first, rows, d), rank = default, one = T.Const(1), none = default;
        for (var i = 0; i < first; i++) rank += T.WhereLess(mine, T.Broadcast(keys[i][d]), none, one);
        for (var i = first + T.Width; i < rows; i++) rank += T.WhereLess(T.Broadcast(keys[i][d]), mine, one, none);
        return rank;
    }

    /// <summary>The same among a row's own lane.</summary>
    int Among(int d, int first, int row)
    {
        var (key, rank, last) = (keys[row][d], 0, Math.Min(first + T.Width, rows));
        for (var i = first; i < last; i++)
            if (i < row ? keys[i][d] <= key : keys[i][d] < key) rank++;
        return rank;
    }
}
