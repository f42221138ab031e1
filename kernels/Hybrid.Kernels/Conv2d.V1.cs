using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per output.
//
// before   nothing: this is the definition as a loop.
// idea     outputs are independent, so each gets a thread; neighbours in a warp share the
//          pixel and read neighbouring weights.
// grid     32 channels × 8 pixels per block of 256 threads.
// still    two loads for every fused step; each float of x is read by k·k·Co threads,
//          each weight by all pixels.
public static partial class Conv2d
{
    #region conv2d-v1
    public static void Conv2d_V1_ThreadPerOutput(Arguments a)
    {
        var s = a.Shape;
        var co = Grid.GlobalIndex.X;
        if (co >= s.Co) return;
        for (var m = Grid.GlobalIndex.Y; m < s.Pixels; m += Grid.DimY * Group.DimY)
        {
            int x = m % s.W, y = m / s.W % s.H;
            var sum = F32.Const(0);
            for (var ky = 0; ky < s.Kernel; ky++)
                for (var kx = 0; kx < s.Kernel; kx++)
                {
                    int down = ky - s.Radius, right = kx - s.Radius;
                    var inside = Product.Inside(s, y + down, x + right);
                    var w = (ky * s.Kernel + kx) * s.Ci;
                    for (var ci = 0; ci < s.Ci; ci++)
                    {
                        var pixel = F32.Const(0);
                        if (inside) pixel = a.X[m + down * s.W + right, ci];
                        sum = F32.Fma(pixel, a.W[w + ci, co], sum);
                    }
                }
            a.Y[m, co] = ActivationChoice.Value(a.Activation, sum + a.Bias[co]);
        }
    }
    #endregion
}
