using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: a thread per output, neighbours along a row.
//
// before   V1's warp reads 32 sectors of x where one holds what it uses.
// idea     X counts columns of y: a warp reads one float of x for all, and 32 neighbours of
//          w.
// gain     1 + 4 sectors for two loads instead of 32 + 1: 6.6 times fewer.
// grid     32 × 8 outputs per block of 256 threads.
// still    two loads for every fused step, and each float of x is read by N threads, each
//          of w by B: the caches do the work that tiles should.
public static partial class Affine
{
    #region affine-v2
    public static void Affine_V2_ThreadPerOutput(Arguments a)
    {
        var n = Grid.GlobalIndex.X;
        if (n >= a.N) return;
        for (var b = Grid.GlobalIndex.Y; b < a.B; b += Grid.DimY * Group.DimY)
        {
            var sum = F32.Const(0);
            for (var k = 0; k < a.K; k++) sum = F32.Fma(a.X[b, k], a.W[k, n], sum);
            a.Store(b, n, sum);
        }
    }
    #endregion
}
