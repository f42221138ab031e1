using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per row.
//
// before   nothing: this is the loop one writes first.
// idea     rows are independent, so each gets a thread.
// grid     ⌈B / 256⌉ blocks of 256 threads, one row each.
// still    a warp's load touches 32 rows, one float of each sector.
public static partial class GaussianNllRows
{
    #region gaussian-nll-rows-v1
    public static void GaussianNllRows_V1_ThreadPerRow(Arguments a)
    {
        var row = Grid.GlobalIndex.X;
        if (row >= a.B) return;

        var logVar = a.LogVar[0];
        var sum = F32.Const(0);
        for (var d = 0; d < a.D; d++)
            sum += GaussianNll.Apply(a.X[row, d], a.Mean[row, d], logVar);
        a.Nll[row] = sum;
    }
    #endregion
}
