using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V3: copies ahead.
//
// before   V2's warp waits for memory once in eight rows: for a batch of 128, sixteen times.
// idea     seven warps copy 56 rows of 32 columns into shared memory, two tiles ahead, and an
//          eighth adds: as long as the chain, but no longer waiting.
// grid     ⌈D / 32⌉ blocks of 256 threads; 21 KB of shared memory, three tiles.
// still    one addition after the other, 4 cycles each: the documented order.
public static partial class ColumnSums
{
    /// <summary>Threads that copy: two fours each of a tile.</summary>
    const int Copying = Grids.Block - Reduce.Partials;

    const int TileRows = Copying / 4, TileWords = TileRows * Reduce.Partials;

    #region column-sums-v3
    public static void ColumnSums_V3_CopiesAhead(Arguments a)
    {
        var fours = SharedMemory.Allocate<Four>(3 * TileWords / 4);
        var words = fours.Cast<F32>();
        int t = Group.IdxX, d0 = Grid.IdxX * Reduce.Partials, now = 0, ahead = 2 * TileWords;
        var copies = new Copies(a, t, d0);
        if (t < Copying)
        {
            copies.Begin(a, words, 0);
            copies.Begin(a, words, TileWords);
        }
        var sum = F32.Const(0);
        for (var row0 = 0; row0 < a.B; row0 += TileRows)
        {
            AsyncCopy.WaitForAllButOne();
            Group.Barrier();
            if (t < Copying) copies.Begin(a, words, ahead);
            if (t >= Copying)
                sum = Add(
                    sum, words.SubView(now + t - Copying),
                    IntrinsicMath.Min(a.B - row0, TileRows));
            ahead = now;
            now = now == 2 * TileWords ? 0 : now + TileWords;
        }
        var column = d0 + t - Copying;
        if (t >= Copying && column < a.D) a.Y[column] = sum;
    }

    /// <summary>A thread's share of a tile: four columns of a row in either half.</summary>
    struct Copies(in Arguments a, int t, int d0)
    {
        readonly int d = d0 + 4 * (t & 7), at = (t >> 3) * Reduce.Partials + 4 * (t & 7);
        TileWalk upper = new(a.X, true, d0 + 4 * (t & 7), a.D, t >> 3, a.B, TileRows);
        TileWalk lower = new(
            a.X, true, d0 + 4 * (t & 7), a.D, (t >> 3) + TileRows / 2, a.B, TileRows);

        /// <summary>The next tile's copies, a group; perhaps of none.</summary>
        public void Begin(in Arguments a, ArrayView<F32> words, int tile)
        {
            Product.Begin(ref upper, TileRows, a.X, true, d, a.D, a.B, words, tile + at);
            Product.Begin(
                ref lower, TileRows, a.X, true, d, a.D, a.B, words, tile + TileWords / 2 + at);
            AsyncCopy.Commit();
        }
    }

    /// <summary>A column of a tile; the next eight rows are read before eight are added.</summary>
    static F32 Add(F32 sum, ArrayView<F32> column, int rows)
    {
        var row = 0;
        if (rows >= 8)
        {
            var eight = new EightRows(column, 0);
            for (; row + 16 <= rows; row += 8)
            {
                var next = new EightRows(column, row + 8);
                sum = eight.AddTo(sum);
                eight = next;
            }
            sum = eight.AddTo(sum);
            row += 8;
        }
        for (; row < rows; row++) sum += column[row * Reduce.Partials];
        return sum;
    }

    readonly struct EightRows(ArrayView<F32> column, int row)
    {
        readonly F32 x0 = column[row * 32], x1 = column[row * 32 + 32],
            x2 = column[row * 32 + 64], x3 = column[row * 32 + 96],
            x4 = column[row * 32 + 128], x5 = column[row * 32 + 160],
            x6 = column[row * 32 + 192], x7 = column[row * 32 + 224];

        public F32 AddTo(F32 sum) => sum + x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7;
    }
    #endregion
}
