using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// nll[b] = Σ_d −log p(x_bd), in nats, of the distributions that a decoder makes.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="IPixel.Nll"/>; a ladder per <see cref="PixelDistribution"/>
/// </description></item>
/// <item><term>shapes</term><description>
/// output: [B, P·D], number j of pixel d at column j·D + d; x: [B, D]; nll: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·B·(P + 1)·D bytes read, 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly (V1: one by one)
/// </description></item>
/// </list>
/// </remarks>
public static partial class PixelNllRows
{
    public readonly record struct Arguments(
        Rows Output, Rows X, Rows Nll, int B, int D, int Count);

    public static readonly Ladder<Arguments> ContinuousBernoulli =
        Of<ContinuousBernoulliPixel>(
            PixelDistribution.ContinuousBernoulli,
            ContinuousBernoulliNllRows_V1_ThreadPerRow,
            ContinuousBernoulliNllRows_V2_WarpPerRow,
            ContinuousBernoulliNllRows_V3_BlockPerRow);

    public static readonly Ladder<Arguments> DiscretizedLogistic =
        Of<DiscretizedLogisticPixel>(
            PixelDistribution.DiscretizedLogistic,
            DiscretizedLogisticNllRows_V1_ThreadPerRow,
            DiscretizedLogisticNllRows_V2_WarpPerRow,
            DiscretizedLogisticNllRows_V3_BlockPerRow);

    public static readonly Ladder<Arguments> Categorical =
        Of<CategoricalPixel>(
            PixelDistribution.Categorical,
            CategoricalNllRows_V1_ThreadPerRow,
            CategoricalNllRows_V2_WarpPerRow,
            CategoricalNllRows_V3_BlockPerRow);

    public static readonly Ladder<Arguments> LogisticMixture =
        Of<LogisticMixturePixel>(
            PixelDistribution.LogisticMixture,
            LogisticMixtureNllRows_V1_ThreadPerRow,
            LogisticMixtureNllRows_V2_WarpPerRow,
            LogisticMixtureNllRows_V3_BlockPerRow);

    /// <summary>The ladder of a distribution.</summary>
    public static Ladder<Arguments> Ladder(PixelDistribution distribution) =>
        distribution switch
        {
            PixelDistribution.ContinuousBernoulli => ContinuousBernoulli,
            PixelDistribution.DiscretizedLogistic => DiscretizedLogistic,
            PixelDistribution.Categorical => Categorical,
            PixelDistribution.LogisticMixture => LogisticMixture,
            _ => throw new ArgumentOutOfRangeException(nameof(distribution)),
        };

    static Ladder<Arguments> Of<TPixel>(
        PixelDistribution distribution, Action<Arguments> v1, Action<Arguments> v2,
        Action<Arguments> v3)
        where TPixel : IPixel => new(
        $"{distribution}NllRows",
        a => Cost<TPixel>(new(distribution, a.Count), a.B, a.D), [
        new("a thread walks a row", v1, a => Grids.Threads(a.B)),
        new("a warp walks a row", v2, a => Grids.WarpPerRow(a.B)),
        new("a block walks a row", v3, a => Grids.BlockPerRow(a.B)),
    ]);

    /// <summary>Per pixel the distribution and one addition.</summary>
    public static Cost Cost(PixelLikelihood likelihood, int b, int d) =>
        Ladder(likelihood.Distribution).Cost(
            new(default, default, default, b, d, likelihood.Count));

    static Cost Cost<TPixel>(PixelLikelihood likelihood, long b, long d)
        where TPixel : IPixel
    {
        var work = PixelCost.Nll<TPixel>(likelihood.Count);
        return b * d * new Cost(
                4 * (likelihood.Outputs + 1), 0, work.Flops + 1, work.Transcendentals)
            + new Cost(0, 4 * b, 0, 0);
    }
}
