using System.Diagnostics;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>A linear VAE with two latents and a learnt σ² is probabilistic PCA.</summary>
/// <remarks>Tipping &amp; Bishop 1999; Lucas et al. 2019, arXiv:1911.02469: the ELBO is tight there.</remarks>
static class Ppca
{
    const int Latents = 2;

    public static ExactnessExperiment Experiment => new(
        "ppca", LinearVaeFit.About("a linear VAE with two latents and a learnt σ² on a 5-D Gaussian"), Run);

    static ExactnessRow[] Run(Func<Device> open)
    {
        var watch = Stopwatch.StartNew();
        var covariance = GaussianData.Covariance();
        var parameters = LinearVaeFit.Train(open, Latents, Likelihood.GaussianLearnt(1), beta: 1);
        var exact = Theory.Ppca.MaximumLikelihood(covariance, Latents);
        var nll = Theory.Ppca.NegativeLogLikelihoodNats(
            covariance, parameters.DecoderWeights, parameters.DecoderBias, parameters.DecoderVariance);
        var account = LinearVae.Account(parameters, covariance);
        var seconds = watch.Elapsed.TotalSeconds;
        return
        [
            new("ppca/nll", exact.NegativeLogLikelihoodNats, nll, 0.01, "nats", seconds),
            new("ppca/negative-elbo", exact.NegativeLogLikelihoodNats, account.NegativeElboNats, 0.01, "nats",
                seconds),
            new("ppca/noise-variance", exact.NoiseVariance, parameters.DecoderVariance,
                0.02 * exact.NoiseVariance, "1", seconds),
        ];
    }
}
