using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void PixelNllRows(PixelLikelihood likelihood, Tensor output, Tensor x, Tensor nll)
    {
        switch (likelihood.Distribution)
        {
            case PixelDistribution.ContinuousBernoulli:
                Nll<ContinuousBernoulliPixel>(likelihood, output, x, nll); break;
            case PixelDistribution.DiscretizedLogistic:
                Nll<DiscretizedLogisticPixel>(likelihood, output, x, nll); break;
            case PixelDistribution.Categorical:
                Nll<CategoricalPixel>(likelihood, output, x, nll); break;
            case PixelDistribution.LogisticMixture:
                Nll<LogisticMixturePixel>(likelihood, output, x, nll); break;
            default: throw new ArgumentOutOfRangeException(nameof(likelihood));
        }
    }

    public void PixelNllRowsGrad(
        PixelLikelihood likelihood, Tensor output, Tensor x, Tensor dNll, Tensor dOutput)
    {
        switch (likelihood.Distribution)
        {
            case PixelDistribution.ContinuousBernoulli:
                NllGrad<ContinuousBernoulliPixel>(likelihood, output, x, dNll, dOutput); break;
            case PixelDistribution.DiscretizedLogistic:
                NllGrad<DiscretizedLogisticPixel>(likelihood, output, x, dNll, dOutput); break;
            case PixelDistribution.Categorical:
                NllGrad<CategoricalPixel>(likelihood, output, x, dNll, dOutput); break;
            case PixelDistribution.LogisticMixture:
                NllGrad<LogisticMixturePixel>(likelihood, output, x, dNll, dOutput); break;
            default: throw new ArgumentOutOfRangeException(nameof(likelihood));
        }
    }

    public void PixelNllRowsWithGrad(
        PixelLikelihood likelihood, Tensor output, Tensor x, Tensor dNll, Tensor nll, Tensor dOutput)
    {
        switch (likelihood.Distribution)
        {
            case PixelDistribution.ContinuousBernoulli:
                NllWithGrad<ContinuousBernoulliPixel>(likelihood, output, x, dNll, nll, dOutput); break;
            case PixelDistribution.DiscretizedLogistic:
                NllWithGrad<DiscretizedLogisticPixel>(likelihood, output, x, dNll, nll, dOutput); break;
            case PixelDistribution.Categorical:
                NllWithGrad<CategoricalPixel>(likelihood, output, x, dNll, nll, dOutput); break;
            case PixelDistribution.LogisticMixture:
                NllWithGrad<LogisticMixturePixel>(likelihood, output, x, dNll, nll, dOutput); break;
            default: throw new ArgumentOutOfRangeException(nameof(likelihood));
        }
    }

    public void PixelMeans(PixelLikelihood likelihood, Tensor output, Tensor mean)
    {
        switch (likelihood.Distribution)
        {
            case PixelDistribution.ContinuousBernoulli:
                Means<ContinuousBernoulliPixel>(likelihood, output, mean); break;
            case PixelDistribution.DiscretizedLogistic:
                Means<DiscretizedLogisticPixel>(likelihood, output, mean); break;
            case PixelDistribution.Categorical:
                Means<CategoricalPixel>(likelihood, output, mean); break;
            case PixelDistribution.LogisticMixture:
                Means<LogisticMixturePixel>(likelihood, output, mean); break;
            default: throw new ArgumentOutOfRangeException(nameof(likelihood));
        }
    }

    void Nll<TPixel>(PixelLikelihood likelihood, Tensor output, Tensor x, Tensor nll)
        where TPixel : IPixel => Sum(
        new PixelNllSum<T, TPixel>(likelihood, View(output), View(x), View(nll), x.Cols),
        x.Rows, x.Cols, 2 * Transcendental * likelihood.Outputs);

    void NllGrad<TPixel>(PixelLikelihood likelihood, Tensor output, Tensor x, Tensor dNll, Tensor dOutput)
        where TPixel : IPixel => Map(
        new PixelNllGradMap<T, TPixel>(likelihood, View(output), View(x), View(dNll), View(dOutput), x.Cols),
        x.Rows, x.Cols, 2 * Transcendental * likelihood.Outputs);

    void NllWithGrad<TPixel>(
        PixelLikelihood likelihood, Tensor output, Tensor x, Tensor dNll, Tensor nll, Tensor dOutput)
        where TPixel : IPixel => Sum(
        new PixelNllWithGradSum<T, TPixel>(
            likelihood, View(output), View(x), View(dNll), View(nll), View(dOutput), x.Cols),
        x.Rows, x.Cols, 4 * Transcendental * likelihood.Outputs);

    void Means<TPixel>(PixelLikelihood likelihood, Tensor output, Tensor mean) where TPixel : IPixel => Map(
        new PixelMeanMap<T, TPixel>(likelihood, View(output), View(mean), mean.Cols),
        mean.Rows, mean.Cols, 2 * Transcendental * likelihood.Outputs);
}
