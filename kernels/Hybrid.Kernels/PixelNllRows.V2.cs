using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: a warp per row.
//
// before   V1's loads are a row apart, and it has only B threads.
// idea     neighbouring lanes read neighbouring pixels; number j of them lies side by
//          side too.
// grid     ⌈B / 8⌉ blocks of 8 warps, a row each; no shared memory.
// still    a batch of 128 images is 16 blocks, and a pixel is long work: a lane has D/32
//          of them, one after the other.
public static partial class PixelNllRows
{
    public static void ContinuousBernoulliNllRows_V2_WarpPerRow(Arguments a) =>
        WarpPerRow(new NllTerm<ContinuousBernoulliPixel>(a), a.Nll, a.B, a.D);

    public static void DiscretizedLogisticNllRows_V2_WarpPerRow(Arguments a) =>
        WarpPerRow(new NllTerm<DiscretizedLogisticPixel>(a), a.Nll, a.B, a.D);

    public static void CategoricalNllRows_V2_WarpPerRow(Arguments a) =>
        WarpPerRow(new NllTerm<CategoricalPixel>(a), a.Nll, a.B, a.D);

    public static void LogisticMixtureNllRows_V2_WarpPerRow(Arguments a) =>
        WarpPerRow(new NllTerm<LogisticMixturePixel>(a), a.Nll, a.B, a.D);

    #region pixel-nll-rows-v2
    internal static void WarpPerRow<TTerm>(TTerm term, Rows nll, int B, int D)
        where TTerm : struct, IPixelTerm
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= B) return;                         // a warp leaves as one

        var sum = F32.Const(0);
        for (var d = Group.IdxX; d < D; d += Reduce.Partials) sum += term.At(row, d);

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) nll[row] = sum;
    }
    #endregion
}
