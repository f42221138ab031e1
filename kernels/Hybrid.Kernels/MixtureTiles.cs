using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// 32 points against 32 components: what the adjoints of a mixture share. Tiles are those
/// of <see cref="AttentionTiles"/>.
/// </summary>
static class MixtureTiles
{
    /// <summary>
    /// Squares of a warp's four points and the lane's component, a chain over the
    /// dimensions. The whole block must call.
    /// </summary>
    public static Four Squares(
        ArrayView<Four> pointTile, Rows z, TileRows points, ArrayView<F32> muTile,
        Rows mu, ArrayView<F32> precisionTile, Rows precision, TileColumns components,
        int dims, bool fresh)
    {
        var squares = new Four();
        for (var d0 = 0; d0 < dims; d0 += AttentionTiles.Depth)
        {
            var steps = Steps(dims, d0);
            if (fresh || dims > AttentionTiles.Depth)
                AttentionTiles.LoadRows(pointTile, z, points, d0, steps);
            AttentionTiles.LoadColumns(muTile, mu, components, d0, steps);
            AttentionTiles.LoadColumns(precisionTile, precision, components, d0, steps);
            Group.Barrier();

            // Behind the last component nothing lies in a lane's row of the tiles.
            if (Group.IdxX >= components.Count) steps = 0;
            int at = Group.IdxX * AttentionTiles.ColumnWords, row = Group.IdxY;
            for (var end = at + steps; at < end; at++, row += AttentionTiles.RowFours)
                squares = AddSquares(
                    squares, pointTile[row], Four.Of(muTile[at]),
                    Four.Of(precisionTile[at]));
            Group.Barrier();
        }
        return squares;
    }

    /// <summary>
    /// The same with components in the block, and a point for each lane.
    /// </summary>
    public static Four Squares(
        ArrayView<F32> pointTile, Rows z, TileColumns points, ArrayView<Four> muTile,
        Rows mu, ArrayView<Four> precisionTile, Rows precision, TileRows components,
        int dims, bool fresh)
    {
        var squares = new Four();
        for (var d0 = 0; d0 < dims; d0 += AttentionTiles.Depth)
        {
            var steps = Steps(dims, d0);
            if (fresh || dims > AttentionTiles.Depth)
            {
                AttentionTiles.LoadRows(muTile, mu, components, d0, steps);
                AttentionTiles.LoadRows(precisionTile, precision, components, d0, steps);
            }
            AttentionTiles.LoadColumns(pointTile, z, points, d0, steps);
            Group.Barrier();

            if (Group.IdxX >= points.Count) steps = 0;
            int at = Group.IdxX * AttentionTiles.ColumnWords, row = Group.IdxY;
            for (var end = at + steps; at < end; at++, row += AttentionTiles.RowFours)
                squares = AddSquares(
                    squares, Four.Of(pointTile[at]), muTile[row], precisionTile[row]);
            Group.Barrier();
        }
        return squares;
    }

    static int Steps(int dims, int d0) =>
        dims - d0 < AttentionTiles.Depth ? dims - d0 : AttentionTiles.Depth;

    static Four AddSquares(Four sum, Four z, Four mu, Four precision) => new(
        MixtureDensity.AddSquare(sum.X, z.X, mu.X, precision.X),
        MixtureDensity.AddSquare(sum.Y, z.Y, mu.Y, precision.Y),
        MixtureDensity.AddSquare(sum.Z, z.Z, mu.Z, precision.Z),
        MixtureDensity.AddSquare(sum.W, z.W, mu.W, precision.W));

    /// <summary>
    /// A component's scale at a point, which its own draw may see otherwise
    /// (<see cref="MixtureWeights"/>).
    /// </summary>
    public static F32 Scale(F32 scale, int component, int point, F32 logOwn) =>
        component == point ? scale + logOwn : scale;

    /// <summary>The same for four points or components, the first given.</summary>
    public static Four Scales(Four scales, int first, int other, F32 logOwn) => new(
        Scale(scales.X, first, other, logOwn), Scale(scales.Y, first + 1, other, logOwn),
        Scale(scales.Z, first + 2, other, logOwn), Scale(scales.W, first + 3, other, logOwn));

    /// <summary>The same for this warp's four rows.</summary>
    public static Four Scales(Four scales, TileRows rows, int other, F32 logOwn) =>
        Scales(scales, rows.First + 4 * Group.IdxY, other, logOwn);

    /// <summary>A component's share of a marginal at a point.</summary>
    public static F32 MarginalShare(
        F32 z, F32 mu, F32 precision, F32 logVar, int component, int point,
        float logCount, float logOwn, F32 logMarginal)
    {
        var scale = Scale(MixtureDensity.ScaleTerm(logVar), component, point, new(logOwn));
        return Responsibility.Apply(
            MixtureDensity.Marginal(z, mu, precision, scale), new(logCount), logMarginal);
    }

    /// <summary>Shares from scales, squares and the density.</summary>
    public static Four Shares(Four scale, Four squares, F32 logCount, Four logDensity) =>
        new(
            Responsibility.Apply(scale.X - squares.X, logCount, logDensity.X),
            Responsibility.Apply(scale.Y - squares.Y, logCount, logDensity.Y),
            Responsibility.Apply(scale.Z - squares.Z, logCount, logDensity.Z),
            Responsibility.Apply(scale.W - squares.W, logCount, logDensity.W));

    public static Four AddPulls(Four sum, Four w, Four z, F32 mu, F32 precision) => new(
        MixtureDensity.AddPull(sum.X, w.X, z.X, mu, precision),
        MixtureDensity.AddPull(sum.Y, w.Y, z.Y, mu, precision),
        MixtureDensity.AddPull(sum.Z, w.Z, z.Z, mu, precision),
        MixtureDensity.AddPull(sum.W, w.W, z.W, mu, precision));

    public static void AddMoments(
        ref Four first, ref Four second, Four w, F32 z, Four mu)
    {
        MixtureDensity.AddMoments(ref first.X, ref second.X, w.X, z, mu.X);
        MixtureDensity.AddMoments(ref first.Y, ref second.Y, w.Y, z, mu.Y);
        MixtureDensity.AddMoments(ref first.Z, ref second.Z, w.Z, z, mu.Z);
        MixtureDensity.AddMoments(ref first.W, ref second.W, w.W, z, mu.W);
    }

    public static Four Negated(Four x) => new(-x.X, -x.Y, -x.Z, -x.W);
}

/// <summary>
/// The columns that a lane makes of a warp's four rows of output: two, 32 apart.
/// </summary>
/// <remarks>The grid's second axis counts groups of 64.</remarks>
readonly struct LaneColumns
{
    /// <summary>The first column of the group, and how many there are.</summary>
    public readonly int First, Width;

    /// <summary>
    /// This lane's places in the group; a lane without one has another's.
    /// </summary>
    public readonly int Near, Far;

    /// <param name="columns">Columns of the output.</param>
    public LaneColumns(int columns)
    {
        First = Grid.IdxY * AttentionTiles.Depth;
        Width = columns - First < AttentionTiles.Depth
            ? columns - First : AttentionTiles.Depth;
        Near = Group.IdxX < Width ? Group.IdxX : 0;
        Far = Group.IdxX + Reduce.Partials < Width ? Group.IdxX + Reduce.Partials : Near;
    }

    public void Store(Rows y, TileRows rows, Four near, Four far)
    {
        if (Group.IdxX < Width) rows.Store(y, First + Near, near);
        if (Far != Near) rows.Store(y, First + Far, far);
    }
}
