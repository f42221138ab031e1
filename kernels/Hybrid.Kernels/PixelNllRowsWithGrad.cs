using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// The rows' negative log-likelihood and the adjoint of the decoder's output in one pass.
/// </summary>
/// <remarks>
/// What both need of a pixel is made once; output and data are read once. It needs the
/// adjoint of the rows beforehand: where they are summed with a constant weight, it is.
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="IPixel.NllWithGrad"/>; a ladder per <see cref="PixelDistribution"/>
/// </description></item>
/// <item><term>shapes</term><description>
/// output, dOutput: [B, P·D]; x: [B, D]; dNll, nll: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·B·(P + 1)·D + 4·B bytes read, 4·B·P·D + 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static class PixelNllRowsWithGrad
{
    public readonly record struct Arguments(
        Rows Output, Rows X, Rows DNll, Rows Nll, Rows DOutput, int B, int D, int Count);

    public static readonly Ladder<Arguments> ContinuousBernoulli =
        Of<ContinuousBernoulliPixel>(
            PixelDistribution.ContinuousBernoulli,
            ContinuousBernoulliNllRowsWithGrad_V1_WarpPerRow,
            ContinuousBernoulliNllRowsWithGrad_V2_BlockPerRow);

    public static readonly Ladder<Arguments> DiscretizedLogistic =
        Of<DiscretizedLogisticPixel>(
            PixelDistribution.DiscretizedLogistic,
            DiscretizedLogisticNllRowsWithGrad_V1_WarpPerRow,
            DiscretizedLogisticNllRowsWithGrad_V2_BlockPerRow);

    public static readonly Ladder<Arguments> Categorical =
        Of<CategoricalPixel>(
            PixelDistribution.Categorical,
            CategoricalNllRowsWithGrad_V1_WarpPerRow,
            CategoricalNllRowsWithGrad_V2_BlockPerRow);

    public static readonly Ladder<Arguments> LogisticMixture =
        Of<LogisticMixturePixel>(
            PixelDistribution.LogisticMixture,
            LogisticMixtureNllRowsWithGrad_V1_WarpPerRow,
            LogisticMixtureNllRowsWithGrad_V2_BlockPerRow);

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
        PixelDistribution distribution, Action<Arguments> v1, Action<Arguments> v2)
        where TPixel : IPixel => new(
        $"{distribution}NllRowsWithGrad",
        a => Cost<TPixel>(new(distribution, a.Count), a.B, a.D), [
        new("a warp walks a row", v1, a => Grids.WarpPerRow(a.B)),
        new("a block walks a row", v2, a => Grids.BlockPerRow(a.B)),
    ]);

    /// <summary>Per pixel the distribution with its adjoints, and one addition.</summary>
    public static Cost Cost(PixelLikelihood likelihood, int b, int d) =>
        Ladder(likelihood.Distribution).Cost(new(
            default, default, default, default, default, b, d, likelihood.Count));

    static Cost Cost<TPixel>(PixelLikelihood likelihood, long b, long d)
        where TPixel : IPixel
    {
        var work = PixelCost.NllWithGrad<TPixel>(likelihood.Count);
        return b * d * new Cost(
                4 * (likelihood.Outputs + 1), 4 * likelihood.Outputs, work.Flops + 1,
                work.Transcendentals)
            + new Cost(4 * b, 4 * b, 0, 0);
    }

    // V1: a warp per row; V2: a block per row.
    //
    // before   PixelNllRows's V1 has B threads, whose loads lie a row apart.
    // idea     its V2 and V3, with the adjoints written where the term is made.
    // grid     ⌈B / 8⌉ blocks of 8 warps; B blocks of 8 warps.
    // still    V1 is 16 blocks for 128 images; V2's warps wait for the one that adds.
    public static void ContinuousBernoulliNllRowsWithGrad_V1_WarpPerRow(Arguments a) =>
        PixelNllRows.WarpPerRow(
            new NllWithGradTerm<ContinuousBernoulliPixel>(a), a.Nll, a.B, a.D);

    public static void DiscretizedLogisticNllRowsWithGrad_V1_WarpPerRow(Arguments a) =>
        PixelNllRows.WarpPerRow(
            new NllWithGradTerm<DiscretizedLogisticPixel>(a), a.Nll, a.B, a.D);

    public static void CategoricalNllRowsWithGrad_V1_WarpPerRow(Arguments a) =>
        PixelNllRows.WarpPerRow(
            new NllWithGradTerm<CategoricalPixel>(a), a.Nll, a.B, a.D);

    public static void LogisticMixtureNllRowsWithGrad_V1_WarpPerRow(Arguments a) =>
        PixelNllRows.WarpPerRow(
            new NllWithGradTerm<LogisticMixturePixel>(a), a.Nll, a.B, a.D);

    public static void ContinuousBernoulliNllRowsWithGrad_V2_BlockPerRow(Arguments a) =>
        PixelNllRows.BlockPerRow(
            new NllWithGradTerm<ContinuousBernoulliPixel>(a), a.Nll, a.D);

    public static void DiscretizedLogisticNllRowsWithGrad_V2_BlockPerRow(Arguments a) =>
        PixelNllRows.BlockPerRow(
            new NllWithGradTerm<DiscretizedLogisticPixel>(a), a.Nll, a.D);

    public static void CategoricalNllRowsWithGrad_V2_BlockPerRow(Arguments a) =>
        PixelNllRows.BlockPerRow(
            new NllWithGradTerm<CategoricalPixel>(a), a.Nll, a.D);

    public static void LogisticMixtureNllRowsWithGrad_V2_BlockPerRow(Arguments a) =>
        PixelNllRows.BlockPerRow(
            new NllWithGradTerm<LogisticMixturePixel>(a), a.Nll, a.D);
}
