using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: a warp per row.
//
// before   V1's warp-wide load touches 32 sectors, one float of each, and only the cache
//          can save the other seven.
// idea     neighbouring lanes read neighbouring floats; the 32 partial sums meet in
//          registers.
// grid     ⌈B / 8⌉ blocks of 8 warps, a row each; no shared memory.
// still    a row shorter than 32 leaves lanes idle.
public static partial class KlRows
{
    #region kl-rows-v2
    public static void KlRows_V2_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var sum = F32.Const(0);
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials)
            sum += KlStandardNormal.Apply(a.Mu[row, d], a.LogVar[row, d]);

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) a.Kl[row] = sum;
    }
    #endregion
}
