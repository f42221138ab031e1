using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// The 32 rows that a block of a tiled kernel has, all of one problem.
/// </summary>
readonly struct TileRows
{
    public readonly int Problem, First, Count;

    /// <param name="rows">Rows of a problem.</param>
    public TileRows(int rows)
    {
        var tiles = (rows - 1) / Reduce.Partials + 1;
        Problem = Grid.IdxX / tiles;
        var from = (Grid.IdxX - Problem * tiles) * Reduce.Partials;
        First = Problem * rows + from;
        Count = rows - from < Reduce.Partials ? rows - from : Reduce.Partials;
    }

    /// <summary>How many of this warp's four rows there are.</summary>
    int Mine => Count - 4 * Group.IdxY;

    /// <summary>A number for each of this warp's rows; 0 where there is no row.</summary>
    public Four Load(Rows vector) => Load(vector, 0);

    public Four Load(Rows x, int column)
    {
        var row = First + 4 * Group.IdxY;
        var four = new Four();
        if (Mine > 0) four.X = x[row, column];
        if (Mine > 1) four.Y = x[row + 1, column];
        if (Mine > 2) four.Z = x[row + 2, column];
        if (Mine > 3) four.W = x[row + 3, column];
        return four;
    }

    public void Store(Rows y, int column, Four four)
    {
        var row = First + 4 * Group.IdxY;
        if (Mine > 0) y[row, column] = four.X;
        if (Mine > 1) y[row + 1, column] = four.Y;
        if (Mine > 2) y[row + 2, column] = four.Z;
        if (Mine > 3) y[row + 3, column] = four.W;
    }
}

/// <summary>The at most 32 rows that lie in the other tile.</summary>
readonly struct TileColumns(int first, int left)
{
    public readonly int First = first;
    public readonly int Count = left < Reduce.Partials ? left : Reduce.Partials;
}

/// <summary>
/// 64 columns of a warp's four rows of output: two a lane, in registers.
/// </summary>
/// <remarks>The grid's second axis counts such groups of columns.</remarks>
struct TileSums
{
    Four near, far;

    /// <summary>
    /// The first column, and how many there are: none where another output is wider.
    /// </summary>
    public readonly int Column, Width;

    /// <param name="columns">Columns of the output.</param>
    public TileSums(int columns)
    {
        near = far = new();
        Column = Grid.IdxY * AttentionTiles.Depth;
        Width = columns - Column < AttentionTiles.Depth
            ? columns - Column : AttentionTiles.Depth;
    }

    public void Shrink(Four by)
    {
        near *= by;
        far *= by;
    }

    #region tile-sums-add
    /// <summary>
    /// Adds rows of the tile, each times its weight: a chain in their order. Lane j has
    /// the weights of row j. The whole block must call, when it has filled the tile.
    /// </summary>
    public void Add(
        ArrayView<Four> weights, Four weight, ArrayView<F32> tile, int rows)
    {
        int lane = Group.IdxX, mine = Group.IdxY * Reduce.Partials;
        weights[mine + lane] = weight;
        Group.Barrier();

        // A lane without a column works on another's, and stores nothing.
        var at = lane < Width ? lane : 0;
        var next = lane + Reduce.Partials < Width ? Reduce.Partials : 0;
        var end = mine + rows;
        if (Width > Reduce.Partials)
            for (; mine < end; mine++, at += AttentionTiles.ColumnWords)
            {
                var w = weights[mine];
                near = Four.Fma(tile[at], w, near);
                far = Four.Fma(tile[at + next], w, far);
            }
        else if (Width > 0)
            for (; mine < end; mine++, at += AttentionTiles.ColumnWords)
                near = Four.Fma(tile[at], weights[mine], near);
        Group.Barrier();
    }
    #endregion

    /// <summary>The sums times <paramref name="factor"/>.</summary>
    public readonly void StoreTimes(Rows y, TileRows rows, Four factor) =>
        Store(y, rows, near * factor, far * factor);

    /// <summary>The sums over <paramref name="divisor"/>.</summary>
    public readonly void StoreOver(Rows y, TileRows rows, Four divisor) =>
        Store(y, rows, near / divisor, far / divisor);

    public readonly void Store(Rows y, TileRows rows) => Store(y, rows, near, far);

    readonly void Store(Rows y, TileRows rows, Four one, Four other)
    {
        var lane = Group.IdxX;
        if (lane < Width) rows.Store(y, Column + lane, one);
        if (lane + Reduce.Partials < Width)
            rows.Store(y, Column + lane + Reduce.Partials, other);
    }
}
