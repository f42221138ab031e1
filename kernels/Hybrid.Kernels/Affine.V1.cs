using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per output.
//
// before   nothing: this is the definition as a loop.
// idea     outputs are independent, so each gets a thread.
// grid     32 × 8 outputs per block of 256 threads.
// still    two loads for every fused step, and each float of x is read by N threads, each
//          of w by B: the caches do the work that tiles should.
public static partial class Affine
{
    #region affine-v1
    public static void Affine_V1_ThreadPerOutput(Arguments a)
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
