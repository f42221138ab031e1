using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: a warp per row, tiles of components in shared memory.
//
// before   V1 has only B threads, and each reads all of μ and ℓ for itself.
// idea     a lane per component; the block's eight rows share each tile of 32 components
//          by 32 dimensions. Tile rows are a word longer: lanes read down a column.
// grid     ⌈B / 8⌉ blocks of 8 warps, a row each; 8.25 KiB of shared memory.
// still    two shared loads per three instructions; more rows per warp would reuse them.
public static partial class MixtureLogDensity
{
    const int Edge = Reduce.Partials, EdgeStride = Edge + 1;

    #region mixture-log-density-v2
    public static void MixtureLogDensity_V2_SharedTiles(Arguments a)
    {
        var mus = SharedMemory.Allocate<F32>(Edge * EdgeStride);
        var precisions = SharedMemory.Allocate<F32>(Edge * EdgeStride);
        int lane = Group.IdxX, warp = Group.IdxY;
        var row = Grid.IdxX * Grids.Warps + warp;
        var z = row < a.B ? row : a.B - 1;            // every warp must meet the barriers

        F32 m = new(float.MinValue), s = new(0);
        for (var n0 = 0; n0 < a.N; n0 += Edge)
        {
            var square = F32.Const(0);
            for (var d0 = 0; d0 < a.D; d0 += Edge)
            {
                for (var i = warp; i < Edge; i += Grids.Warps)
                    if (n0 + i < a.N && d0 + lane < a.D)
                    {
                        mus[i * EdgeStride + lane] = a.Mu[n0 + i, d0 + lane];
                        precisions[i * EdgeStride + lane] =
                            a.HalfPrecision[n0 + i, d0 + lane];
                    }
                Group.Barrier();

                // Behind the last component nothing lies in a lane's row of the tile.
                var steps = a.D - d0 < Edge ? a.D - d0 : Edge;
                if (n0 + lane >= a.N) steps = 0;
                for (var d = 0; d < steps; d++)
                    square = MixtureDensity.AddSquare(
                        square, a.Z[z, d0 + d], mus[lane * EdgeStride + d],
                        precisions[lane * EdgeStride + d]);
                Group.Barrier();
            }
            if (n0 + lane < a.N)
            {
                var scale = MixtureTiles.Scale(
                    a.LogScale[n0 + lane], n0 + lane, row, new(a.LogOwn));
                MixtureDensity.Merge(ref m, ref s, scale - square, new F32(1));
            }
        }

        Reduce.MergeAcrossWarp(ref m, ref s);
        if (row < a.B && lane == 0)
            a.Y[row] = MixtureDensity.Result(m, s, new F32(a.LogCount));
    }
    #endregion
}
