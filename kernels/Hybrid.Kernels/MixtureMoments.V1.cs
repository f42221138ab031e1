using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a warp per component and column.
//
// before   nothing: every moment is a sum over the rows.
// idea     lanes are rows; 32 partial sums meet in registers, and no [B, K] exists.
// grid     ⌈K·D / 8⌉ blocks of 8 warps, a column of a component each; no shared memory.
// still    each of the D warps of a component makes the same responsibilities.
public static partial class MixtureMoments
{
    #region mixture-moments-v1
    public static void MixtureMoments_V1_WarpPerColumn(Arguments a)
    {
        var warp = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (warp >= a.K * a.D) return;                // a warp leaves as one
        int k = warp / a.D, d = warp % a.D;

        F32 count = new(0), first = new(0), second = new(0);
        for (var b = Group.IdxX; b < a.B; b += Reduce.Partials)
        {
            var r = Share(a, b, k);
            count += r;
            MixtureDensity.AddMoments(ref first, ref second, r, a.X[b, d], a.Mu[k, d]);
        }

        count = Reduce.AcrossWarp(count);
        first = Reduce.AcrossWarp(first);
        second = Reduce.AcrossWarp(second);
        if (Group.IdxX > 0) return;
        a.First[k, d] = first;
        a.Second[k, d] = second;
        if (d == 0) a.Count[k] = count;
    }
    #endregion
}
