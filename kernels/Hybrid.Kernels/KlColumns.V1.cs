using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per column.
//
// before   nothing: this is the loop one writes first. Its loads are coalesced, because
//          neighbouring threads walk neighbouring columns.
// idea     dimensions are independent, and one thread keeps the order of its sum.
// grid     ⌈D / 256⌉ blocks of 256 threads.
// still    a row's exponential waits for its load, and the next load for the exponential.
public static partial class KlColumns
{
    #region kl-columns-v1
    public static void KlColumns_V1_ThreadPerColumn(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;

        var sum = F32.Const(0);
        for (var row = 0; row < a.B; row++)
            sum += KlStandardNormal.Apply(a.Mu[row, d], a.LogVar[row, d]);
        a.Kl[d] = sum;
    }
    #endregion
}
