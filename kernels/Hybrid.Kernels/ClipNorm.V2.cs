using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: four numbers per thread.
//
// before   V1 has a root and a division for every number, and moves 4 bytes at a time.
// idea     one factor for four numbers of one request of 16 bytes; the last threads, and
//          vectors that do not start at a multiple of 16 bytes, go one by one.
// grid     ⌈n / 1024⌉ blocks of 256 threads, 4 neighbouring numbers each.
// still    a pass of its own over the gradient, which Adam reads again.
public static partial class ClipNorm
{
    #region clip-norm-v2
    public static void ClipNorm_V2_FourPerThread(Arguments a)
    {
        var i = Grid.GlobalIndex.X * 4;
        if (i >= a.N) return;
        var factor = GradientClip.Apply(a.Squares[0], new F32(a.Limit));
        if (a.X.Fours == 1 && i + 3 < a.N)
            a.X.FourAt(0, i) = Four.Of(factor) * a.X.FourAt(0, i);
        else
            for (var end = i + 4; i < end && i < a.N; i++)
                a.X[0, i] = factor * a.X[0, i];
    }
    #endregion
}
