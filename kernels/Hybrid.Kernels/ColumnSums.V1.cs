using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per column.
//
// before   nothing: this is the loop one writes first. Its loads already are coalesced,
//          because neighbouring threads walk neighbouring columns.
// idea     columns are independent, and one thread per column keeps the order of the sum.
// grid     ⌈D / 256⌉ blocks of 256 threads.
// still    a layer of 512 units occupies two multiprocessors, and each row waits for the
//          last.
public static partial class ColumnSums
{
    #region column-sums-v1
    public static void ColumnSums_V1_ThreadPerColumn(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;

        var sum = F32.Const(0);
        for (var row = 0; row < a.B; row++) sum += a.X[row, d];
        a.Y[d] = sum;
    }
    #endregion
}
