using System.Diagnostics;
using System.Globalization;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>The frontier that trained linear β-VAEs trace, against reverse water-filling's.</summary>
/// <remarks>Alemi et al. 2018, arXiv:1711.00464: H − D ≤ I_q ≤ R, and ∂D/∂R = −β.</remarks>
static class RateDistortion
{
    static readonly double[] Betas = [0.25, 0.5, 1, 2, 4, 8, 16];

    public static ExactnessExperiment Experiment => new(
        "rate-distortion", LinearVaeFit.About("the frontier of seven linear β-VAEs on a 5-D Gaussian"), Run);

    static ExactnessRow[] Run(Func<Device> open)
    {
        var watch = Stopwatch.StartNew();
        var optima = Betas.Select(beta => ReverseWaterFilling.AtOptimum(
            GaussianData.Eigenvalues, GaussianData.D, beta, LinearBetaVae.DecoderVariance)).ToArray();
        var H = (double)optima[0].DataEntropyNats;
        var exact = new RateDistortionFrontier(optima.Select(o => new RateDistortionPoint(
            o.Beta, o.ReconstructionNats, o.RateNats, o.MutualInformationNats, o.ActiveUnits)), H);
        var measured = new RateDistortionFrontier(Betas.Select(beta =>
        {
            var account = LinearVae.Account(LinearBetaVae.Trained(open, beta), GaussianData.Covariance());
            return new RateDistortionPoint(
                beta, account.ReconstructionNats, account.RateNats, account.MutualInformationNats, account.ActiveUnits);
        }), H);

        var seconds = watch.Elapsed.TotalSeconds;
        var rows = new List<ExactnessRow>();
        for (var i = 1; i < Betas.Length - 1; i++)
            rows.Add(Row(
                i, "slope", exact.Slope(i)!.Value, measured.Slope(i)!.Value, SlopeTolerance(exact.Points, i), "1"));
        var one = Array.IndexOf(Betas, 1);
        rows.Add(Row(one, "proved", exact.Proved(one)!.Value, measured.Proved(one)!.Value, 0.02, "nats"));
        // The order of the three, at every point; 10⁻⁶ is float's part in sums of terms near 10.
        var holds = Enumerable.Range(0, Betas.Length).Count(i =>
            measured.Proved(i) <= measured.Points[i].MutualInformation + 1e-6
            && measured.Points[i].MutualInformation <= measured.Points[i].Rate + 1e-6);
        rows.Add(new("rate-distortion/points-in-order", Betas.Length, holds, 0, "1", seconds));
        return [.. rows];

        ExactnessRow Row(int i, string quantity, double truth, double value, double tolerance, string unit) => new(
            string.Create(CultureInfo.InvariantCulture, $"rate-distortion/beta={Betas[i]}/{quantity}"),
            truth, value, tolerance, unit, seconds);
    }

    /// <summary>0.01 nats at each point, across the nearer neighbour, in D and, times the slope, in R.</summary>
    static double SlopeTolerance(IReadOnlyList<RateDistortionPoint> points, int i)
    {
        var nearer = Math.Min(points[i - 1].Rate - points[i].Rate, points[i].Rate - points[i + 1].Rate);
        return 2 * 0.01 * (1 + points[i].Beta) / nearer;
    }
}
