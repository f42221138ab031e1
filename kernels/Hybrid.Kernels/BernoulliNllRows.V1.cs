using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per row.
//
// before   nothing: this is the loop one writes first.
// idea     rows are independent, so each gets a thread.
// grid     ⌈B / 256⌉ blocks of 256 threads, one row each.
// still    a warp's load touches 32 rows; a batch of 128 images keeps 128 threads busy.
public static partial class BernoulliNllRows
{
    #region bernoulli-nll-rows-v1
    public static void BernoulliNllRows_V1_ThreadPerRow(Arguments a)
    {
        var row = Grid.GlobalIndex.X;
        if (row >= a.B) return;

        var sum = F32.Const(0);
        for (var d = 0; d < a.D; d++)
            sum += BernoulliNll.Apply(a.Logits[row, d], a.X[row, d]);
        a.Nll[row] = sum;
    }
    #endregion
}
