using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V3: a block per row.
//
// before   V2's warp makes all terms of its row, though only their sum has an order.
// idea     eight warps make 256 terms and lay them into shared memory; the first warp
//          adds them as V2 does, lane l those of pixels l, l + 32, …
// grid     B blocks of 8 warps, a row each; 1 KiB of shared memory.
// still    seven warps wait while one adds eight numbers; rows shorter than 256 pixels
//          leave warps without a term.
public static partial class PixelNllRows
{
    public static void ContinuousBernoulliNllRows_V3_BlockPerRow(Arguments a) =>
        BlockPerRow(new NllTerm<ContinuousBernoulliPixel>(a), a.Nll, a.D);

    public static void DiscretizedLogisticNllRows_V3_BlockPerRow(Arguments a) =>
        BlockPerRow(new NllTerm<DiscretizedLogisticPixel>(a), a.Nll, a.D);

    public static void CategoricalNllRows_V3_BlockPerRow(Arguments a) =>
        BlockPerRow(new NllTerm<CategoricalPixel>(a), a.Nll, a.D);

    public static void LogisticMixtureNllRows_V3_BlockPerRow(Arguments a) =>
        BlockPerRow(new NllTerm<LogisticMixturePixel>(a), a.Nll, a.D);

    #region pixel-nll-rows-v3
    internal static void BlockPerRow<TTerm>(TTerm term, Rows nll, int D)
        where TTerm : struct, IPixelTerm
    {
        var terms = SharedMemory.Allocate<F32>(Grids.Block);
        int row = Grid.IdxX, lane = Group.IdxX;
        var mine = Group.IdxY * Reduce.Partials + lane;

        var sum = F32.Const(0);
        for (var d0 = 0; d0 < D; d0 += Grids.Block)
        {
            if (d0 + mine < D) terms[mine] = term.At(row, d0 + mine);
            Group.Barrier();
            if (Group.IdxY == 0)
                for (var i = lane; i < Grids.Block && d0 + i < D; i += Reduce.Partials)
                    sum += terms[i];
            Group.Barrier();
        }

        sum = Reduce.AcrossWarp(sum);
        if (mine == 0) nll[row] = sum;
    }
    #endregion
}
