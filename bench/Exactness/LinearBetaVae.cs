using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>The linear β-VAE is Shannon's reverse water-filling: each β has a known optimum.</summary>
/// <remarks>Lucas et al. 2019, arXiv:1911.02469; Cover &amp; Thomas 2006, theorem 10.3.3.</remarks>
static class LinearBetaVae
{
    /// <summary>σ².</summary>
    public const double DecoderVariance = 0.2;

    /// <summary>From all five latents in use to complete collapse at βσ² = λ_max.</summary>
    static readonly double[] Betas = [0.25, 0.5, 1, 2, 4, 8, 16, 20];

    public static IEnumerable<ExactnessExperiment> Experiments =>
        Betas.Select(beta => new ExactnessExperiment(
            NameOf(beta), LinearVaeFit.About("a linear β-VAE on a 5-D Gaussian"), open => Run(open, beta)));

    static readonly ConcurrentDictionary<(Func<Device>, double), LinearVaeParameters> trained = [];

    /// <summary>Trained at β, once on a kind of device for every experiment that asks.</summary>
    public static LinearVaeParameters Trained(Func<Device> open, double beta) => trained.GetOrAdd((open, beta), _ =>
        LinearVaeFit.Train(open, GaussianData.D, Likelihood.Gaussian(Math.Sqrt(DecoderVariance)), beta));

    static string NameOf(double beta) =>
        string.Create(CultureInfo.InvariantCulture, $"linear-beta-vae/beta={beta}");

    static ExactnessRow[] Run(Func<Device> open, double beta)
    {
        var watch = Stopwatch.StartNew();
        var measured = LinearVae.Account(Trained(open, beta), GaussianData.Covariance());
        var exact = ReverseWaterFilling.AtOptimum(
            GaussianData.Eigenvalues, GaussianData.D, beta, DecoderVariance);
        var seconds = watch.Elapsed.TotalSeconds;

        ExactnessRow Row(string quantity, double truth, double value, double tolerance, string unit) =>
            new($"{NameOf(beta)}/{quantity}", truth, value, tolerance, unit, seconds);
        // 1 % or 0.02 nats, whichever is larger: what is left of Adam's noise.
        double Nats(double truth) => Math.Max(0.02, 0.01 * Math.Abs(truth));
        return
        [
            Row("active-units", exact.ActiveUnits, measured.ActiveUnits, 0, "1"),
            Row("rate", exact.RateNats, measured.RateNats, Nats(exact.RateNats), "nats"),
            Row("mutual-information", exact.MutualInformationNats, measured.MutualInformationNats,
                Nats(exact.MutualInformationNats), "nats"),
            Row("marginal-kl", 0, measured.MarginalKlNats, 0.02, "nats"),
            Row("squared-error", exact.SquaredError, measured.SquaredError, 0.01 * exact.SquaredError, "1"),
            Row("negative-elbo", exact.NegativeElboNats, measured.NegativeElboNats,
                Nats(exact.NegativeElboNats), "nats"),
        ];
    }
}
