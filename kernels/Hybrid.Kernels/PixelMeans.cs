using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// mean[b, d] = E[x_bd] of the distribution that a decoder's output says.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="IPixel.Mean"/>; a ladder per <see cref="PixelDistribution"/>
/// </description></item>
/// <item><term>shapes</term><description>
/// output: [B, P·D]; mean: [B, D]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·B·P·D bytes read, 4·B·D written
/// </description></item>
/// </list>
/// </remarks>
public static class PixelMeans
{
    public readonly record struct Arguments(
        Rows Output, Rows Mean, int B, int D, int Count);

    public static readonly Ladder<Arguments> ContinuousBernoulli =
        Of<ContinuousBernoulliPixel>(
            PixelDistribution.ContinuousBernoulli,
            ContinuousBernoulliMeans_V1_ThreadPerPixel);

    public static readonly Ladder<Arguments> DiscretizedLogistic =
        Of<DiscretizedLogisticPixel>(
            PixelDistribution.DiscretizedLogistic,
            DiscretizedLogisticMeans_V1_ThreadPerPixel);

    public static readonly Ladder<Arguments> Categorical =
        Of<CategoricalPixel>(
            PixelDistribution.Categorical,
            CategoricalMeans_V1_ThreadPerPixel);

    public static readonly Ladder<Arguments> LogisticMixture =
        Of<LogisticMixturePixel>(
            PixelDistribution.LogisticMixture,
            LogisticMixtureMeans_V1_ThreadPerPixel);

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
        $"{distribution}Means",
        a => Cost<TPixel>(new(distribution, a.Count), a.B, a.D), [
        new("a thread per pixel", v1, a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(PixelLikelihood likelihood, int b, int d) =>
        Ladder(likelihood.Distribution).Cost(
            new(default, default, b, d, likelihood.Count));

    static Cost Cost<TPixel>(PixelLikelihood likelihood, long b, long d)
        where TPixel : IPixel
    {
        var work = PixelCost.Mean<TPixel>(likelihood.Count);
        return b * d * new Cost(
            4 * likelihood.Outputs, 4, work.Flops, work.Transcendentals);
    }

    public static void ContinuousBernoulliMeans_V1_ThreadPerPixel(Arguments a) =>
        ThreadPerPixel<ContinuousBernoulliPixel>(a);

    public static void DiscretizedLogisticMeans_V1_ThreadPerPixel(Arguments a) =>
        ThreadPerPixel<DiscretizedLogisticPixel>(a);

    public static void CategoricalMeans_V1_ThreadPerPixel(Arguments a) =>
        ThreadPerPixel<CategoricalPixel>(a);

    public static void LogisticMixtureMeans_V1_ThreadPerPixel(Arguments a) =>
        ThreadPerPixel<LogisticMixturePixel>(a);

    // V1: a thread per pixel.
    //
    // before   nothing: no pixel waits for another.
    // idea     neighbouring threads have neighbouring pixels.
    // grid     32 pixels × 8 rows per block of 256 threads.
    // still    nothing that matters: it runs for pictures, not in training.
    #region pixel-means-v1
    static void ThreadPerPixel<TPixel>(Arguments a) where TPixel : IPixel
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
            a.Mean[row, d] = TPixel.Mean<F32, PixelAt>(
                a.Count, new PixelAt(a.Output, a.Output, row, d, a.D));
    }
    #endregion
}
