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

    static LinearVaeAccount Account(Func<Device> open, KlTerm term, double level) => LinearVae.Account(
        LinearVaeFit.Train(
            open, GaussianData.D, Likelihood.Gaussian(Math.Sqrt(DecoderVariance)), Beta, term, level),
        GaussianData.Covariance());
}
