using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: eight rows on their way at once.
//
// before   V1 asks memory for one row, waits, adds, asks for the next.
// idea     loads do not depend on each other, only additions do: ask for eight rows, then
//          add them in order. Blocks of one warp spread few columns over many
//          multiprocessors.
// grid     ⌈D / 32⌉ blocks of 32 threads, a column each.
// still    the chain of additions itself, B long, is what the documented order costs.
public static partial class ColumnSums
{
    #region column-sums-v2
    public static void ColumnSums_V2_EightRowsAhead(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;

        var sum = F32.Const(0);
        var row = 0;
        for (; row + 8 <= a.B; row += 8)
        {
            F32 x0 = a.X[row, d], x1 = a.X[row + 1, d];
            F32 x2 = a.X[row + 2, d], x3 = a.X[row + 3, d];
            F32 x4 = a.X[row + 4, d], x5 = a.X[row + 5, d];
            F32 x6 = a.X[row + 6, d], x7 = a.X[row + 7, d];
            sum = sum + x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7;
        }
        for (; row < a.B; row++) sum += a.X[row, d];
        a.Y[d] = sum;
    }
    #endregion
}
