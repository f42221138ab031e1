using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Sums of 4 lanes of columns at a time, rows in ascending order.</summary>
readonly unsafe struct ColumnGroup<T>(View x, int rows, int cols, View y) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    /// <summary>Columns of a group.</summary>
    public static int Cols => 4 * T.Width;

    public void Run(int from, int to)
    {
        var sums = stackalloc float[4 * 16];
        for (var group = from; group < to; group++)
        {
            int first = group * Cols, count = Math.Min(Cols, cols - first);
            if (count == Cols) Whole(x.At + first, sums);
            else Part(x.At + first, count, sums);
            for (var j = 0; j < count; j++) *y[first + j] = sums[j];
        }
    }

    [MethodImpl(HotLoop.Options)]
    void Whole(float* from, float* sums)
    {
        T s0 = default, s1 = default, s2 = default, s3 = default;
        for (var row = 0; row < rows; row++, from += x.Stride)
        {
            s0 += T.Load(from);
            s1 += T.Load(from + T.Width);
            s2 += T.Load(from + 2 * T.Width);
            s3 += T.Load(from + 3 * T.Width);
        }
        T.Store(s0, sums);
        T.Store(s1, sums + T.Width);
        T.Store(s2, sums + 2 * T.Width);
        T.Store(s3, sums + 3 * T.Width);
    }

    [MethodImpl(HotLoop.Options)]
    void Part(float* from, int count, float* sums)
    {
        for (var j = 0; j < count; j += T.Width)
        {
            var s = default(T);
            var width = Math.Min(T.Width, count - j);
            var column = new View(from + j, x.Stride);
            for (var row = 0; row < rows; row++) s += column.Load<T>(row, 0, width);
            T.Store(s, sums + j);
        }
    }
}
