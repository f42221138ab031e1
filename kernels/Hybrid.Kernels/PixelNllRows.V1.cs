using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per row.
//
// before   nothing: this is the loop one writes first.
// idea     rows are independent, so each gets a thread.
// grid     ⌈B / 256⌉ blocks of 256 threads, one row each.
// still    a warp's load touches 32 rows, one float of each sector, and it has B threads.
public static partial class PixelNllRows
{
    public static void ContinuousBernoulliNllRows_V1_ThreadPerRow(Arguments a) =>
        ThreadPerRow(new NllTerm<ContinuousBernoulliPixel>(a), a);

    public static void DiscretizedLogisticNllRows_V1_ThreadPerRow(Arguments a) =>
        ThreadPerRow(new NllTerm<DiscretizedLogisticPixel>(a), a);

    public static void CategoricalNllRows_V1_ThreadPerRow(Arguments a) =>
        ThreadPerRow(new NllTerm<CategoricalPixel>(a), a);

    public static void LogisticMixtureNllRows_V1_ThreadPerRow(Arguments a) =>
        ThreadPerRow(new NllTerm<LogisticMixturePixel>(a), a);

    #region pixel-nll-rows-v1
    static void ThreadPerRow<TTerm>(TTerm term, Arguments a)
        where TTerm : struct, IPixelTerm
    {
        var row = Grid.GlobalIndex.X;
        if (row >= a.B) return;

        var sum = F32.Const(0);
        for (var d = 0; d < a.D; d++) sum += term.At(row, d);
        a.Nll[row] = sum;
    }
    #endregion
}
