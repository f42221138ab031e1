using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// The adjoint of a decoder's output from that of each row's negative log-likelihood.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="IPixel.NllWithGrad"/>, whose value is dropped; a ladder per
/// <see cref="PixelDistribution"/>
/// </description></item>
/// <item><term>shapes</term><description>
/// output, dOutput: [B, P·D]; x: [B, D]; dNll: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·B·(P + 1)·D + 4·B bytes read, 4·B·P·D written
/// </description></item>
/// </list>
/// </remarks>
public static class PixelNllRowsGrad
{
    public readonly record struct Arguments(
        Rows Output, Rows X, Rows DNll, Rows DOutput, int B, int D, int Count);

    public static readonly Ladder<Arguments> ContinuousBernoulli =
        Of<ContinuousBernoulliPixel>(
            PixelDistribution.ContinuousBernoulli,
            ContinuousBernoulliNllRowsGrad_V1_ThreadPerPixel);

    public static readonly Ladder<Arguments> DiscretizedLogistic =
        Of<DiscretizedLogisticPixel>(
            PixelDistribution.DiscretizedLogistic,
            DiscretizedLogisticNllRowsGrad_V1_ThreadPerPixel);

    public static readonly Ladder<Arguments> Categorical =
        Of<CategoricalPixel>(
            PixelDistribution.Categorical,
            CategoricalNllRowsGrad_V1_ThreadPerPixel);

    public static readonly Ladder<Arguments> LogisticMixture =
        Of<LogisticMixturePixel>(
            PixelDistribution.LogisticMixture,
            LogisticMixtureNllRowsGrad_V1_ThreadPerPixel);

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
        PixelDistribution distribution, Action<Arguments> v1)
        where TPixel : IPixel => new(
        $"{distribution}NllRowsGrad",
        a => Cost<TPixel>(new(distribution, a.Count), a.B, a.D), [
        new("a thread per pixel", v1, a => Grids.Elements(a.B, a.D)),
    ]);

    /// <summary>Per pixel at most what value and adjoints cost together.</summary>
    public static Cost Cost(PixelLikelihood likelihood, int b, int d) =>
        Ladder(likelihood.Distribution).Cost(
            new(default, default, default, default, b, d, likelihood.Count));

    static Cost Cost<TPixel>(PixelLikelihood likelihood, long b, long d)
        where TPixel : IPixel
    {
        var work = PixelCost.NllWithGrad<TPixel>(likelihood.Count);
        return b * d * new Cost(
                4 * (likelihood.Outputs + 1), 4 * likelihood.Outputs, work.Flops,
                work.Transcendentals)
            + new Cost(4 * b, 0, 0, 0);
    }

    public static void ContinuousBernoulliNllRowsGrad_V1_ThreadPerPixel(Arguments a) =>
        ThreadPerPixel<ContinuousBernoulliPixel>(a);

    public static void DiscretizedLogisticNllRowsGrad_V1_ThreadPerPixel(Arguments a) =>
        ThreadPerPixel<DiscretizedLogisticPixel>(a);

    public static void CategoricalNllRowsGrad_V1_ThreadPerPixel(Arguments a) =>
        ThreadPerPixel<CategoricalPixel>(a);

    public static void LogisticMixtureNllRowsGrad_V1_ThreadPerPixel(Arguments a) =>
        ThreadPerPixel<LogisticMixturePixel>(a);

    // V1: a thread per pixel.
    //
    // before   nothing: no pixel waits for another.
    // idea     neighbouring threads have neighbouring pixels.
    // grid     32 pixels × 8 rows per block of 256 threads.
    // still    what the forward pass had made of a pixel is made again.
    #region pixel-nll-rows-grad-v1
    static void ThreadPerPixel<TPixel>(Arguments a) where TPixel : IPixel
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
            TPixel.NllWithGrad(
                a.X[row, d], a.Count, new PixelAt(a.Output, a.DOutput, row, d, a.D),
                a.DNll[row]);
    }
    #endregion
}
