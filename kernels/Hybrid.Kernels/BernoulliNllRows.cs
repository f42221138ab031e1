using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// nll[b] = Σ_d −log Bernoulli(x_bd; l_bd), in nats: the reconstruction term of binary
/// data.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description><see cref="BernoulliNll"/></description></item>
/// <item><term>source</term><description>
/// Kingma &amp; Welling 2014, arXiv:1312.6114, appendix C.1
/// </description></item>
/// <item><term>shapes</term><description>logits, x: [B, D]; nll: [B]</description></item>
/// <item><term>traffic</term><description>
/// 8·B·D bytes read, 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly (V1: one by one)
/// </description></item>
/// </list>
/// </remarks>
public static partial class BernoulliNllRows
{
    public readonly record struct Arguments(Rows Logits, Rows X, Rows Nll, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(BernoulliNllRows), a => Cost(a.B, a.D), [
        new("a thread walks a row", BernoulliNllRows_V1_ThreadPerRow,
            a => Grids.Threads(a.B)),
        new("a warp walks a row", BernoulliNllRows_V2_WarpPerRow,
            a => Grids.WarpPerRow(a.B)),
        new("a block walks a row", BernoulliNllRows_V3_BlockPerRow,
            a => Grids.BlockPerRow(a.B)),
    ], new(nameof(BernoulliNllRows_V2_WarpPerRow), Grids.ForManyRows),
        new ForShapes<Arguments>(
            nameof(BernoulliNllRows_V3_BlockPerRow), Grids.FewRows, a => Grids.HasFewRows(a.B)));

    /// <summary>Per element the formula and one addition.</summary>
    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<BernoulliNll>() + new Cost(8, 0, 1, 0))
        + new Cost(0, 4 * b, 0, 0);
}
