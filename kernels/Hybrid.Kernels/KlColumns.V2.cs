using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: four rows on their way at once.
//
// before   V1 takes one row after the other, load, exponential and addition in a chain.
// idea     only the additions depend on each other: load four rows, make four terms side
//          by side, then add them in order. Blocks of one warp spread the columns over
//          many multiprocessors.
// grid     ⌈D / 32⌉ blocks of 32 threads, a column each.
// still    a latent space of 20 dimensions is one warp: the documented order costs a
//          chain of B additions, and 12 of its lanes idle.
public static partial class KlColumns
{
    #region kl-columns-v2
    public static void KlColumns_V2_FourRowsAhead(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;

        var sum = F32.Const(0);
        var row = 0;
        for (; row + 4 <= a.B; row += 4)
        {
            F32 mu0 = a.Mu[row, d], mu1 = a.Mu[row + 1, d];
            F32 mu2 = a.Mu[row + 2, d], mu3 = a.Mu[row + 3, d];
            F32 logVar0 = a.LogVar[row, d], logVar1 = a.LogVar[row + 1, d];
            F32 logVar2 = a.LogVar[row + 2, d], logVar3 = a.LogVar[row + 3, d];
            var kl0 = KlStandardNormal.Apply(mu0, logVar0);
            var kl1 = KlStandardNormal.Apply(mu1, logVar1);
            var kl2 = KlStandardNormal.Apply(mu2, logVar2);
            var kl3 = KlStandardNormal.Apply(mu3, logVar3);
            sum = sum + kl0 + kl1 + kl2 + kl3;
        }
        for (; row < a.B; row++)
            sum += KlStandardNormal.Apply(a.Mu[row, d], a.LogVar[row, d]);
        a.Kl[d] = sum;
    }
    #endregion
}
