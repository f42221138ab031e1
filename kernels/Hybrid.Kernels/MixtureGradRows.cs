using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

/// <summary>
/// dz[b] = −2·dy[b]·Σ_n r_bn·(z_b − μ_n)·½e^−ℓ_n: the points' adjoint of a mixture.
/// </summary>
/// <remarks>
/// Shares r are made again from the density: nothing of size B·N was kept.
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="Responsibility"/>, <see cref="MixtureDensity"/>
/// </description></item>
/// <item><term>source</term><description>
/// Bishop 2006, eq. 9.16 and 9.23
/// </description></item>
/// <item><term>shapes</term><description>
/// z, dz: [B, D]; mu, halfPrecision: [N, D]; logScale: [N]; logDensity, dy: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(B + 2·N)·D + 4·N + 8·B bytes read, 4·B·D written
/// </description></item>
/// <item><term>order</term><description>
/// chains over components, ascending from +0, then −2·dy
/// </description></item>
/// </list>
/// </remarks>
public static class MixtureGradRows
{
    public readonly record struct Arguments(
        Rows Z, Rows Mu, Rows HalfPrecision, Rows LogScale, float LogCount, float LogOwn,
        Rows LogDensity, Rows DY, Rows DZ, int B, int N, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(MixtureGradRows), a => Cost(a.B, a.N, a.D), [
        new("32 points share tiles of 32 components", MixtureGradRows_V1_SharedTiles,
            a => AttentionTiles.Grid(1, a.B, a.D)),
    ]);

    /// <summary>
    /// A pair: its square, its share, and the pull, four operations a dimension each way.
    /// </summary>
    public static Cost Cost(long b, long n, long d) =>
        b * n * (d * new Cost(0, 0, 8, 0) + new Cost(0, 0, 1, 0)
            + Kernels.Cost.Of<Responsibility>())
        + b * new Cost(4 * d + 8, 4 * d, d + 1, 0) + n * new Cost(8 * d + 4, 0, 0, 0);

    // V1: as attention's adjoint of its queries.
    //
    // before   nothing: a warp per point would read all components for itself.
    // idea     a block has 32 points; each tile of components gives the squares, and
    //          then, where it still lies, the pull.
    // grid     a block of 8 warps per 32 points and 64 columns of dz; 29.2 KiB of shared
    //          memory.
    // still    128 points are four blocks, however many components there are; more than
    //          64 columns make the shares more than once; nothing is loaded ahead.
    #region mixture-grad-rows-v1
    public static void MixtureGradRows_V1_SharedTiles(Arguments a)
    {
        var pointTile = AttentionTiles.AllocateRows();
        var muTile = AttentionTiles.AllocateColumns();
        var precisionTile = AttentionTiles.AllocateColumns();
        var shares = SharedMemory.Allocate<Four>(Grids.Block);
        var points = new TileRows(a.B);
        var columns = new LaneColumns(a.D);
        var logDensity = points.Load(a.LogDensity);
        Four z = points.Load(a.Z, columns.First + columns.Near);
        Four zFar = points.Load(a.Z, columns.First + columns.Far);

        Four near = new(), far = new();
        for (var n0 = 0; n0 < a.N; n0 += Reduce.Partials)
        {
            var components = new TileColumns(n0, a.N - n0);
            var squares = MixtureTiles.Squares(
                pointTile, a.Z, points, muTile, a.Mu, precisionTile, a.HalfPrecision,
                components, a.D, fresh: n0 == 0);
            int mine = Group.IdxY * Reduce.Partials, end = mine + components.Count;
            var share = new Four();
            if (Group.IdxX < components.Count)
                share = MixtureTiles.Shares(
                    MixtureTiles.Scales(
                        Four.Of(a.LogScale[n0 + Group.IdxX]), points, n0 + Group.IdxX,
                        new(a.LogOwn)),
                    squares, new(a.LogCount), logDensity);
            shares[mine + Group.IdxX] = share;
            if (a.D > AttentionTiles.Depth)       // else the components lie there already
            {
                AttentionTiles.LoadColumns(
                    muTile, a.Mu, components, columns.First, columns.Width);
                AttentionTiles.LoadColumns(
                    precisionTile, a.HalfPrecision, components, columns.First,
                    columns.Width);
            }
            Group.Barrier();

            int at = columns.Near, next = columns.Far;
            for (; mine < end; mine++)
            {
                var w = shares[mine];
                near = MixtureTiles.AddPulls(near, w, z, muTile[at], precisionTile[at]);
                far = MixtureTiles.AddPulls(
                    far, w, zFar, muTile[next], precisionTile[next]);
                at += AttentionTiles.ColumnWords;
                next += AttentionTiles.ColumnWords;
            }
            Group.Barrier();
        }
        var factor = Four.Of(new(-2)) * points.Load(a.DY);
        columns.Store(a.DZ, points, factor * near, factor * far);
    }
    #endregion
}
