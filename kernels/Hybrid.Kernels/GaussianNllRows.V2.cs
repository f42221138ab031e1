using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: a warp per row.
//
// before   V1's loads are a row apart, and it has only B threads.
// idea     neighbouring lanes read neighbouring floats; the 32 partial sums meet in
//          registers.
// grid     ⌈B / 8⌉ blocks of 8 warps, a row each; no shared memory.
// still    e^−ℓ stands inside the loop, the same for all: hoisting it is left to ptxas.
public static partial class GaussianNllRows
{
    #region gaussian-nll-rows-v2
    public static void GaussianNllRows_V2_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var logVar = a.LogVar[0];
        var sum = F32.Const(0);
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials)
            sum += GaussianNll.Apply(a.X[row, d], a.Mean[row, d], logVar);

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) a.Nll[row] = sum;
    }
    #endregion
}
