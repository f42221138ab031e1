using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: a warp per row.
//
// before   V1's loads are a row apart, and it has only B threads.
// idea     neighbouring lanes read neighbouring pixels; 32 times the threads.
// grid     ⌈B / 8⌉ blocks of 8 warps, a row each; no shared memory.
// still    a batch of 128 images is 16 blocks: a larger GPU wants several warps per row,
//          which would change the order of the sum.
public static partial class BernoulliNllRows
{
    #region bernoulli-nll-rows-v2
    public static void BernoulliNllRows_V2_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var sum = F32.Const(0);
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials)
            sum += BernoulliNll.Apply(a.Logits[row, d], a.X[row, d]);

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) a.Nll[row] = sum;
    }
    #endregion
}
