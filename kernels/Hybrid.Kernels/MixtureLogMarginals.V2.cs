using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: a warp has a column and four rows, tiles of components in shared memory.
//
// before   in V1 lanes beyond the last column do nothing, and three loads feed one step.
// idea     lanes are components: none is idle whatever D is. A warp takes what it loads
//          through four rows. A block's warps are eight columns, which lie in one sector,
//          so a tile of 32 components is loaded without waste; its rows are a word longer.
// grid     ⌈B / 4⌉ × ⌈D / 8⌉ blocks of 8 warps; 3.4 KiB of shared memory.
// still    the exponential: some twenty instructions of the thirty of a step.
public static partial class MixtureLogMarginals
{
    const int RowsPerWarp = 4, TileStride = Grids.Warps + 1;

    #region mixture-log-marginals-v2
    public static void MixtureLogMarginals_V2_ColumnPerWarp(Arguments a)
    {
        var mus = SharedMemory.Allocate<F32>(Reduce.Partials * TileStride);
        var precisions = SharedMemory.Allocate<F32>(Reduce.Partials * TileStride);
        var scales = SharedMemory.Allocate<F32>(Reduce.Partials * TileStride);
        int lane = Group.IdxX, warp = Group.IdxY, thread = warp * Reduce.Partials + lane;
        int d0 = Grid.IdxY * Grids.Warps, row = Grid.IdxX * RowsPerWarp, last = a.B - 1;
        var d = d0 + warp < a.D ? d0 + warp : a.D - 1;    // every warp must meet the barriers

        // A row behind the last one is the last once more.
        F32 z0 = a.Z[row, d], z1 = a.Z[row + 1 < last ? row + 1 : last, d];
        F32 z2 = a.Z[row + 2 < last ? row + 2 : last, d];
        F32 z3 = a.Z[row + 3 < last ? row + 3 : last, d];
        F32 m0 = new(float.MinValue), m1 = m0, m2 = m0, m3 = m0;
        F32 s0 = new(0), s1 = s0, s2 = s0, s3 = s0, one = new(1);
        int component = thread / Grids.Warps, column = thread % Grids.Warps;
        for (var n0 = 0; n0 < a.N; n0 += Reduce.Partials)
        {
            if (n0 + component < a.N && d0 + column < a.D)
            {
                var at = component * TileStride + column;
                mus[at] = a.Mu[n0 + component, d0 + column];
                precisions[at] = a.HalfPrecision[n0 + component, d0 + column];
                scales[at] = MixtureDensity.ScaleTerm(a.LogVar[n0 + component, d0 + column]);
            }
            Group.Barrier();

            if (n0 + lane < a.N)
            {
                var at = lane * TileStride + (d - d0);
                F32 mu = mus[at], precision = precisions[at], own = new(a.LogOwn);
                var scale = MixtureTiles.Scales(Four.Of(scales[at]), row, n0 + lane, own);
                MixtureDensity.Merge(
                    ref m0, ref s0, MixtureDensity.Marginal(z0, mu, precision, scale.X), one);
                MixtureDensity.Merge(
                    ref m1, ref s1, MixtureDensity.Marginal(z1, mu, precision, scale.Y), one);
                MixtureDensity.Merge(
                    ref m2, ref s2, MixtureDensity.Marginal(z2, mu, precision, scale.Z), one);
                MixtureDensity.Merge(
                    ref m3, ref s3, MixtureDensity.Marginal(z3, mu, precision, scale.W), one);
            }
            Group.Barrier();
        }

        Reduce.MergeAcrossWarp(ref m0, ref s0);
        Reduce.MergeAcrossWarp(ref m1, ref s1);
        Reduce.MergeAcrossWarp(ref m2, ref s2);
        Reduce.MergeAcrossWarp(ref m3, ref s3);
        if (lane > 0 || d0 + warp >= a.D) return;
        var logCount = new F32(a.LogCount);
        a.Y[row, d] = MixtureDensity.Result(m0, s0, logCount);
        if (row + 1 < a.B) a.Y[row + 1, d] = MixtureDensity.Result(m1, s1, logCount);
        if (row + 2 < a.B) a.Y[row + 2, d] = MixtureDensity.Result(m2, s2, logCount);
        if (row + 3 < a.B) a.Y[row + 3, d] = MixtureDensity.Result(m3, s3, logCount);
    }
    #endregion
}
