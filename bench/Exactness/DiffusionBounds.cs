using System.Diagnostics;
using System.Globalization;
using Hybrid.Information;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>The variational bound of Gaussian data with the best denoiser, by the number of steps.</summary>
/// <remarks>
/// VDM's ends, λ from 13.3 to −5. Measured: the product's bound of a denoiser that it can only ask; exact: theory's
/// terms, closed forms in the variances.
/// </remarks>
static class DiffusionBounds
{
    static readonly int[] Steps = [10, 50, 100, 250, 500, 1000, 4000];

    public static ExactnessExperiment Experiment => new(
        "vdm-bound", "VDM's bound over T steps with the best denoiser of Gaussian data; nothing is trained",
        _ => Run());

    static ExactnessRow[] Run()
    {
        var watch = Stopwatch.StartNew();
        var rows = new List<ExactnessRow>();
        foreach (var variances in (double[][])[[1], [0.25], GaussianData.Eigenvalues])
        {
            double entropy = MultivariateGaussian.EntropyDiagonalNats(Array.ConvertAll(variances, Math.Log));
            var of = string.Create(CultureInfo.InvariantCulture, $"{variances.Length}d-variance={variances[0]}");
            var denoise = DiffusionOracles.Denoise(DiffusionOracles.Gaussian(variances));
            var (x, eps) = DiffusionOracles.Directions(variances);
            double Error(double logSnr) => DenoiserError.MeanNoise(denoise, x, eps, variances.Length, logSnr);
            foreach (var T in Steps)
            {
                var levels = Levels(T);
                var bound = DiffusionBound.Of(variances.Length, variances.Sum(), levels, Error);
                // Errors of ε at λ = 13.3 are differences of numbers e^6.65 times as large.
                rows.Add(Row($"{of}/T={T}/gap", VariationalBound.TotalNats(variances, levels) - entropy,
                    bound.Nats - entropy, 1e-8, "nats"));
                if (T == 100) Terms(rows, of, variances, levels, bound);
            }
            var limit = Limit(variances, Error) - entropy;
            // Gauss's rule leaves less than the rounding of terms that sum to 20.
            rows.Add(Row(
                $"{of}/T=infinity/gap", VariationalBound.LimitGapNats(variances, 13.3, -5), limit, 1e-9, "nats"));
        }
        var seconds = watch.Elapsed.TotalSeconds;
        return [.. rows.Select(row => row with { Seconds = seconds })];
    }

    static void Terms(List<ExactnessRow> rows, string of, double[] variances, double[] levels, DiffusionBound bound)
    {
        rows.Add(Row($"{of}/T=100/reconstruction", VariationalBound.ReconstructionNats(variances, levels[0]),
            bound.Reconstruction, 1e-12, "nats"));
        rows.Add(Row(
            $"{of}/T=100/prior", VariationalBound.PriorNats(variances, levels[^1]), bound.Prior, 1e-12, "nats"));
        var largest = 0.0;
        for (var i = 0; i < bound.Diffusion.Length; i++)
            largest = Math.Max(largest, Math.Abs(
                bound.Diffusion[i] - VariationalBound.DiffusionTermNats(variances, levels[i], levels[i + 1])));
        rows.Add(Row($"{of}/T=100/largest-fault-of-a-term", 0, largest, 1e-9, "nats"));
        rows.Add(Row($"{of}/T=100/bits-per-dim",
            Units.BitsPerDimFromNats(variances.Length, VariationalBound.TotalNats(variances, levels)),
            bound.BitsPerDim, 1e-8, "bits/dim"));
    }

    /// <summary>Ever more steps: the sum becomes ½∫ E‖ε − ε̂‖² dλ, information between the ends.</summary>
    static double Limit(double[] variances, Func<double, double> error)
    {
        var ends = DiffusionBound.Of(variances.Length, variances.Sum(), [13.3, -5], _ => 0);
        var information = ChainInformation.Of([13.3, -5], error);
        return ends.Reconstruction + information[0] - information[1] + ends.Prior;
    }

    static double[] Levels(int T)
    {
        var levels = new double[T + 1];
        for (var i = 0; i <= T; i++) levels[i] = 13.3 - 18.3 * i / T;
        return levels;
    }

    static ExactnessRow Row(string name, double exact, double measured, double tolerance, string unit) =>
        new($"vdm-bound/{name}", exact, measured, tolerance, unit, 0);
}
