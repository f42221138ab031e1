using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>nll[b] = Σ_d −log N(x_bd; μ_bd, e^ℓ) with one ℓ for all, in nats.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description><see cref="GaussianNll"/></description></item>
/// <item><term>source</term><description>
/// Rybkin, Daniilidis, Levine 2021, arXiv:2006.13202, eq. 3
/// </description></item>
/// <item><term>shapes</term><description>
/// x, mean: [B, D]; logVar: [1]; nll: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·D bytes read, 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly (V1: one by one)
/// </description></item>
/// </list>
/// </remarks>
public static partial class GaussianNllRows
{
    public readonly record struct Arguments(
        Rows X, Rows Mean, Rows LogVar, Rows Nll, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(GaussianNllRows), a => Cost(a.B, a.D), [
        new("a thread walks a row", GaussianNllRows_V1_ThreadPerRow,
            a => Grids.Threads(a.B)),
        new("a warp walks a row", GaussianNllRows_V2_WarpPerRow,
            a => Grids.WarpPerRow(a.B)),
    ]);

    /// <summary>Per element the formula and one addition.</summary>
    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<GaussianNll>() + new Cost(8, 0, 1, 0))
        + new Cost(4, 4 * b, 0, 0);
}
