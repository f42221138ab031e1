using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Kernels;

// V3: a block per row.
//
// before   V2 is 16 blocks for a batch of 128 images, and a warp waits for memory 25 times.
// idea     PixelNllRows's: eight warps make 256 terms, and the first of them adds in V2's
//          order.
// grid     B blocks of 8 warps, a row each; 1 KiB of shared memory.
// still    many rows fill a GPU by themselves, and then seven warps wait for the eighth.
public static partial class BernoulliNllRows
{
    #region bernoulli-nll-rows-v3
    public static void BernoulliNllRows_V3_BlockPerRow(Arguments a) =>
        PixelNllRows.BlockPerRow(new Term(a), a.Nll, a.D);

    readonly struct Term(Arguments a) : IPixelTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public F32 At(int row, int d) => BernoulliNll.Apply(a.Logits[row, d], a.X[row, d]);
    }
    #endregion
}
