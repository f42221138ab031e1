using System.Runtime.CompilerServices;
using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// The rows' negative log-likelihood and the adjoint of the logits in one pass.
/// </summary>
/// <remarks>
/// Softplus and sigmoid share e^−|l|, and logits and data are read once. It needs the
/// adjoint of the rows beforehand: where they are summed with a constant weight, it is one.
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="BernoulliNll"/>, <see cref="BernoulliNllGrad"/>
/// </description></item>
/// <item><term>shapes</term><description>
/// logits, x, dLogits: [B, D]; dNll, nll: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·D + 4·B bytes read, 4·B·D + 4·B written
/// </description></item>
/// <item><term>order</term><description>32 partial sums and a butterfly</description></item>
/// </list>
/// </remarks>
public static class BernoulliNllRowsWithGrad
{
    public readonly record struct Arguments(
        Rows Logits, Rows X, Rows DNll, Rows Nll, Rows DLogits, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(BernoulliNllRowsWithGrad), a => Cost(a.B, a.D), [
        new("a warp walks a row", BernoulliNllRowsWithGrad_V1_WarpPerRow,
            a => Grids.WarpPerRow(a.B)),
        new("a block walks a row", BernoulliNllRowsWithGrad_V2_BlockPerRow,
            a => Grids.BlockPerRow(a.B)),
    ], new(nameof(BernoulliNllRowsWithGrad_V1_WarpPerRow), Grids.ForManyRows),
        new ForShapes<Arguments>(nameof(BernoulliNllRowsWithGrad_V2_BlockPerRow), Grids.FewRows,
            a => Grids.HasFewRows(a.B)));

    /// <summary>Per element both formulas, one product and one addition.</summary>
    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<BernoulliNll>() + new Cost(8, 4, 3, 1))
        + new Cost(4 * b, 4 * b, 0, 0);

    #region bernoulli-nll-rows-with-grad-v1
    public static void BernoulliNllRowsWithGrad_V1_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var dNll = a.DNll[row];
        var sum = F32.Const(0);
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials)
        {
            F32 logit = a.Logits[row, d], x = a.X[row, d];
            a.DLogits[row, d] = dNll * BernoulliNllGrad.Apply(logit, x).A;
            sum += BernoulliNll.Apply(logit, x);
        }

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) a.Nll[row] = sum;
    }
    #endregion

    // V2: a block per row, as BernoulliNllRows's V3.
    #region bernoulli-nll-rows-with-grad-v2
    public static void BernoulliNllRowsWithGrad_V2_BlockPerRow(Arguments a) =>
        PixelNllRows.BlockPerRow(new Term(a), a.Nll, a.D);

    readonly struct Term(Arguments a) : IPixelTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public F32 At(int row, int d)
        {
            F32 logit = a.Logits[row, d], x = a.X[row, d];
            a.DLogits[row, d] = a.DNll[row] * BernoulliNllGrad.Apply(logit, x).A;
            return BernoulliNll.Apply(logit, x);
        }
    }
    #endregion
}
