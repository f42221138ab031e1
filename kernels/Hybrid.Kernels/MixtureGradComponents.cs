using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

/// <summary>
/// The components' adjoints of a mixture, with w_bn = dy[b]·r_bn:
/// dμ = 2·½e^−ℓ·Σ_b w·(z − μ), that of ½e^−ℓ is −Σ_b w·(z − μ)², that of the scale
/// Σ_b w.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="Responsibility"/>, <see cref="MixtureDensity"/>
/// </description></item>
/// <item><term>source</term><description>
/// Bishop 2006, eq. 9.16, 9.19 and 9.23
/// </description></item>
/// <item><term>shapes</term><description>
/// z: [B, D]; mu, halfPrecision, dMu, dHalfPrecision: [N, D]; logScale, dLogScale: [N];
/// logDensity, dy: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(B + 2·N)·D + 4·N + 8·B bytes read, 8·N·D + 4·N written
/// </description></item>
/// <item><term>order</term><description>
/// chains over points, ascending from +0
/// </description></item>
/// </list>
/// </remarks>
public static class MixtureGradComponents
{
    public readonly record struct Arguments(
        Rows Z, Rows Mu, Rows HalfPrecision, Rows LogScale, float LogCount, float LogOwn,
        Rows LogDensity, Rows DY, Rows DMu, Rows DHalfPrecision, Rows DLogScale,
        int B, int N, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(MixtureGradComponents), a => Cost(a.B, a.N, a.D), [
        new("32 components share tiles of 32 points",
            MixtureGradComponents_V1_SharedTiles,
            a => AttentionTiles.Grid(1, a.N, a.D)),
    ]);

    /// <summary>
    /// A pair: its square, its weight, and two sums, nine operations a dimension in all;
    /// a component's dimension: two products.
    /// </summary>
    public static Cost Cost(long b, long n, long d) =>
        b * n * (d * new Cost(0, 0, 9, 0) + new Cost(0, 0, 3, 0)
            + Kernels.Cost.Of<Responsibility>())
        + b * new Cost(4 * d + 8, 0, 0, 0)
        + n * new Cost(8 * d + 4, 8 * d + 4, 2 * d, 0);

    // V1: components have the block, points stream by.
    //
    // before   nothing: with points in the block, blocks would add to one dμ in an order
    //          that nobody knows.
    // idea     rows and columns change places: a component's sums belong to one warp.
    // grid     a block of 8 warps per 32 components and 64 columns; 30.1 KiB of shared
    //          memory.
    // still    shares are made once more than dz alone needs; nothing is loaded ahead.
    #region mixture-grad-components-v1
    public static void MixtureGradComponents_V1_SharedTiles(Arguments a)
    {
        var muTile = AttentionTiles.AllocateRows();
        var precisionTile = AttentionTiles.AllocateRows();
        var pointTile = AttentionTiles.AllocateColumns();
        var weights = SharedMemory.Allocate<Four>(Grids.Block);
        var components = new TileRows(a.N);
        var columns = new LaneColumns(a.D);
        var scale = components.Load(a.LogScale);
        Four mu = components.Load(a.Mu, columns.First + columns.Near);
        Four muFar = components.Load(a.Mu, columns.First + columns.Far);

        Four first = new(), firstFar = new(), second = new(), secondFar = new();
        var mass = new Four();
        for (var b0 = 0; b0 < a.B; b0 += Reduce.Partials)
        {
            var points = new TileColumns(b0, a.B - b0);
            var squares = MixtureTiles.Squares(
                pointTile, a.Z, points, muTile, a.Mu, precisionTile, a.HalfPrecision,
                components, a.D, fresh: b0 == 0);
            int mine = Group.IdxY * Reduce.Partials, end = mine + points.Count;
            var weight = new Four();
            if (Group.IdxX < points.Count)
                weight = Four.Of(a.DY[b0 + Group.IdxX]) * MixtureTiles.Shares(
                    MixtureTiles.Scales(
                        scale, components, b0 + Group.IdxX, new(a.LogOwn)),
                    squares, new(a.LogCount), Four.Of(a.LogDensity[b0 + Group.IdxX]));
            weights[mine + Group.IdxX] = weight;
            if (a.D > AttentionTiles.Depth)           // else the points lie there already
                AttentionTiles.LoadColumns(
                    pointTile, a.Z, points, columns.First, columns.Width);
            Group.Barrier();

            int at = columns.Near, next = columns.Far;
            for (; mine < end; mine++)
            {
                var w = weights[mine];
                mass = new(mass.X + w.X, mass.Y + w.Y, mass.Z + w.Z, mass.W + w.W);
                MixtureTiles.AddMoments(ref first, ref second, w, pointTile[at], mu);
                MixtureTiles.AddMoments(
                    ref firstFar, ref secondFar, w, pointTile[next], muFar);
                at += AttentionTiles.ColumnWords;
                next += AttentionTiles.ColumnWords;
            }
            Group.Barrier();
        }
        var two = Four.Of(new(2));
        var near = two * components.Load(a.HalfPrecision, columns.First + columns.Near);
        var far = two * components.Load(a.HalfPrecision, columns.First + columns.Far);
        columns.Store(a.DMu, components, near * first, far * firstFar);
        columns.Store(
            a.DHalfPrecision, components,
            MixtureTiles.Negated(second), MixtureTiles.Negated(secondFar));
        if (Grid.IdxY == 0 && Group.IdxX == 0) components.Store(a.DLogScale, 0, mass);
    }
    #endregion
}
