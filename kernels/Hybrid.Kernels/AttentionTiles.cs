using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

/// <summary>
/// 32 rows of one matrix against 32 of another: what the tiled kernels of attention and
/// of mixtures share.
/// </summary>
/// <remarks>
/// A block has 32 <i>rows</i> (queries, or keys) for as long as it runs, four for each
/// of its eight warps; the others stream by as the <i>columns</i> of a score matrix that
/// is never stored, 32 at a time, one for each lane. A lane so holds four scores, as a
/// <see cref="Four"/>. Tiles are 64 deep; rows that are no longer stay where they are.
/// </remarks>
static class AttentionTiles
{
    /// <summary>
    /// Columns of a factor that a tile holds, and of an output that a block makes.
    /// </summary>
    public const int Depth = 64;

    /// <summary>
    /// The tile of the rows is turned: 8 fours of rows and one more per column, so that
    /// stores spread over banks.
    /// </summary>
    public const int RowFours = Reduce.Partials / 4 + 1;

    /// <summary>Words from a row of the columns' tile to the next.</summary>
    public const int ColumnWords = Depth + 1;

    public static KernelConfig Grid(int problems, int rows, int columns) => new(
        new Index3D(
            problems * Grids.Ceiling(rows, Reduce.Partials),
            Grids.Ceiling(columns, Depth), 1),
        new Index3D(Reduce.Partials, Grids.Warps, 1));

    public static ArrayView<Four> AllocateRows() =>
        SharedMemory.Allocate<Four>(Depth * RowFours);

    public static ArrayView<F32> AllocateColumns() =>
        SharedMemory.Allocate<F32>(Reduce.Partials * ColumnWords);

    #region attention-dots
    /// <summary>
    /// A warp's four rows times the lane's column, a chain over <paramref name="depth"/>.
    /// The whole block must call.
    /// </summary>
    public static Four Dots(
        ArrayView<Four> rowTile, Rows a, TileRows rows, ArrayView<F32> columnTile, Rows b,
        TileColumns columns, int depth, bool fresh)
    {
        var dots = new Four();
        for (var d0 = 0; d0 < depth; d0 += Depth)
        {
            var steps = depth - d0 < Depth ? depth - d0 : Depth;
            if (fresh || depth > Depth) LoadRows(rowTile, a, rows, d0, steps);
            LoadColumns(columnTile, b, columns, d0, steps);
            Group.Barrier();

            // Behind the last column nothing lies in a lane's row of the tile.
            if (Group.IdxX >= columns.Count) steps = 0;
            int at = Group.IdxX * ColumnWords, end = at + steps, row = Group.IdxY;
            for (; at + 4 <= end; at += 4, row += 4 * RowFours)
            {
                dots = Four.Fma(columnTile[at], rowTile[row], dots);
                dots = Four.Fma(columnTile[at + 1], rowTile[row + RowFours], dots);
                dots = Four.Fma(columnTile[at + 2], rowTile[row + 2 * RowFours], dots);
                dots = Four.Fma(columnTile[at + 3], rowTile[row + 3 * RowFours], dots);
            }
            for (; at < end; at++, row += RowFours)
                dots = Four.Fma(columnTile[at], rowTile[row], dots);
            Group.Barrier();
        }
        return dots;
    }
    #endregion

    /// <summary>A row behind the last one is the last once more.</summary>
    public static void LoadRows(
        ArrayView<Four> tile, Rows a, TileRows rows, int d0, int steps)
    {
        var words = tile.Cast<F32>();
        for (var i = Group.IdxY; i < Reduce.Partials; i += Grids.Warps)
        {
            var row = rows.First + (i < rows.Count ? i : rows.Count - 1);
            for (var d = Group.IdxX; d < steps; d += Reduce.Partials)
                words[d * 4 * RowFours + i] = a[row, d0 + d];
        }
    }

    /// <summary>
    /// Columns [d0, d0 + steps) of b's rows; none where steps is not positive.
    /// </summary>
    public static void LoadColumns(
        ArrayView<F32> tile, Rows b, TileColumns columns, int d0, int steps)
    {
        for (var i = Group.IdxY; i < columns.Count; i += Grids.Warps)
            for (var d = Group.IdxX; d < steps; d += Reduce.Partials)
                tile[i * ColumnWords + d] = b[columns.First + i, d0 + d];
    }

    public static Four MaxAcrossWarp(Four x) => new(
        Reduce.MaxAcrossWarp(x.X), Reduce.MaxAcrossWarp(x.Y),
        Reduce.MaxAcrossWarp(x.Z), Reduce.MaxAcrossWarp(x.W));

    public static Four SumAcrossWarp(Four x) => new(
        Reduce.AcrossWarp(x.X), Reduce.AcrossWarp(x.Y),
        Reduce.AcrossWarp(x.Z), Reduce.AcrossWarp(x.W));

    public static Four Weights(Four score, Four logSum) => new(
        AttentionWeight.Apply(score.X, logSum.X),
        AttentionWeight.Apply(score.Y, logSum.Y),
        AttentionWeight.Apply(score.Z, logSum.Z),
        AttentionWeight.Apply(score.W, logSum.W));

    public static Four ScoreGrads(Four weight, Four dWeight, Four delta) => new(
        AttentionScoreGrad.Apply(weight.X, dWeight.X, delta.X),
        AttentionScoreGrad.Apply(weight.Y, dWeight.Y, delta.Y),
        AttentionScoreGrad.Apply(weight.Z, dWeight.Z, delta.Z),
        AttentionScoreGrad.Apply(weight.W, dWeight.W, delta.W));

    public static Four Shrink(Four m, Four risen) => new(
        OnlineSoftmax.Shrink(m.X, risen.X), OnlineSoftmax.Shrink(m.Y, risen.Y),
        OnlineSoftmax.Shrink(m.Z, risen.Z), OnlineSoftmax.Shrink(m.W, risen.W));

    public static Four LogSum(Four m, Four sum) => new(
        OnlineSoftmax.LogSum(m.X, sum.X), OnlineSoftmax.LogSum(m.Y, sum.Y),
        OnlineSoftmax.LogSum(m.Z, sum.Z), OnlineSoftmax.LogSum(m.W, sum.W));
}
