using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per output, neighbours down a column.
//
// before   nothing: this is the definition as a loop.
// idea     outputs are independent, so each gets a thread.
// grid     32 × 8 outputs per block of 256 threads; X counts rows of y.
// still    32 neighbouring threads read x in 32 rows, K floats apart: 32 sectors for 128
//          bytes, and store y N floats apart.
public static partial class Affine
{
    #region affine-v1
    public static void Affine_V1_ThreadsDownColumns(Arguments a)
    {
        var b = Grid.GlobalIndex.X;
        if (b >= a.B) return;
        for (var n = Grid.GlobalIndex.Y; n < a.N; n += Grid.DimY * Group.DimY)
        {
            var sum = F32.Const(0);
            for (var k = 0; k < a.K; k++) sum = F32.Fma(a.X[b, k], a.W[k, n], sum);
            a.Store(b, n, sum);
        }
    }
    #endregion
}
