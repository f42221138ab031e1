using System.Diagnostics;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>Where a remedy takes a linear VAE, at a β that without it collapses every dimension.</summary>
/// <remarks>
/// The frontier of rate and distortion is Shannon's (<see cref="ReverseWaterFilling"/>): a capacity C ends on it
/// at rate C, at the point that the β of that slope has, and free bits end at the rate that is free.
/// </remarks>
static class Remedies
{
    const double DecoderVariance = 0.2, Beta = 20, SlopeAtCapacity = 2, Free = 0.3;

    public static IEnumerable<ExactnessExperiment> Experiments =>
    [
        new("remedy/capacity", LinearVaeFit.About("a linear VAE with |KL − C| at β = 20"), Capacity),
        new("remedy/free-bits", LinearVaeFit.About("a linear VAE with free bits at β = 20"), FreeBits),
        new("remedy/delta", LinearVaeFit.About("a linear VAE with a committed rate at β = 10,000"), CommittedRate),
    ];

    static ExactnessRow[] Capacity(Func<Device> open)
    {
        var watch = Stopwatch.StartNew();
        var exact = ReverseWaterFilling.AtOptimum(
            GaussianData.Eigenvalues, GaussianData.D, SlopeAtCapacity, DecoderVariance);
        var measured = Account(open, KlTerm.Capacity, exact.RateNats);
        var seconds = watch.Elapsed.TotalSeconds;
        return
        [
            new("remedy/capacity/rate", exact.RateNats, measured.RateNats, 0.02, "nats", seconds),
            // 1 % of Adam's noise, as in the experiments without a remedy.
            new("remedy/capacity/squared-error", exact.SquaredError, measured.SquaredError, 0.01 * exact.SquaredError,
                "1", seconds),
        ];
    }

    static ExactnessRow[] FreeBits(Func<Device> open)
    {
        var watch = Stopwatch.StartNew();
        var measured = Account(open, KlTerm.FreeBits, Free);
        var seconds = watch.Elapsed.TotalSeconds;
        return
        [
            new("remedy/free-bits/rate", GaussianData.D * Free, measured.RateNats, 0.02, "nats", seconds),
            new("remedy/free-bits/active-units", GaussianData.D, measured.ActiveUnits, 0, "1", seconds),
        ];
    }

    /// <summary>
    /// Whatever β is, the rate that is left is the distance of an AR(1) from the nearest Gaussian with independent
    /// dimensions: variances 1/a, a the diagonal of its precision.
    /// </summary>
    static ExactnessRow[] CommittedRate(Func<Device> open)
    {
        const double Rate = 2;
        const int D = GaussianData.D;
        var watch = Stopwatch.StartNew();
        using var device = open();
        var vae = LinearVaeFit.Trained(
            device, D, Likelihood.Gaussian(Math.Sqrt(DecoderVariance)), 1e4,
            new(PriorKind.Autoregressive, 0) { Rate = Rate });
        var alpha = ((AutoregressivePrior)vae.Prior).Correlation;
        double[,] nearest = new double[D, D], prior = new double[D, D];
        for (var i = 0; i < D; i++)
        {
            nearest[i, i] = (1 - alpha * alpha) / (i is 0 or D - 1 ? 1 : 1 + alpha * alpha);
            for (var j = 0; j < D; j++) prior[i, j] = Math.Pow(alpha, Math.Abs(i - j));
        }
        var exact = MultivariateGaussian.KlNats(new double[D], nearest, new double[D], prior);
        return
        [
            new("remedy/delta/rate", exact, LinearVaeFit.Rate(vae), 0.01 * Rate, "nats", watch.Elapsed.TotalSeconds),
        ];
    }

    static LinearVaeAccount Account(Func<Device> open, KlTerm term, double level) => LinearVae.Account(
        LinearVaeFit.Train(
            open, GaussianData.D, Likelihood.Gaussian(Math.Sqrt(DecoderVariance)), Beta, term, level),
        GaussianData.Covariance());
}
