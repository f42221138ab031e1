using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per row.
//
// before   nothing: this is the loop one writes first.
// idea     rows are independent, so each gets a thread.
// grid     ⌈B / 256⌉ blocks of 256 threads, one row each.
// still    neighbouring threads read addresses a row apart: a warp's load touches 32
//          sectors where 4 would do. And the sum runs in another order than the other
//          rungs'.
public static partial class KlRows
{
    #region kl-rows-v1
    public static void KlRows_V1_ThreadPerRow(Arguments a)
    {
        var row = Grid.GlobalIndex.X;
        if (row >= a.B) return;

        var sum = F32.Const(0);
        for (var d = 0; d < a.D; d++)
            sum += KlStandardNormal.Apply(a.Mu[row, d], a.LogVar[row, d]);
        a.Kl[row] = sum;
    }
    #endregion
}
