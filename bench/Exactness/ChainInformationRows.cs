using System.Diagnostics;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>What a diffusion's chain knows of its data, and that only its first point adds to it.</summary>
static class ChainInformationRows
{
    public static ExactnessExperiment Experiment => new(
        "chain-mi", "information of the points of a chain with the best denoiser of N(0, 1); nothing is trained",
        _ => Run());

    static ExactnessRow[] Run()
    {
        var watch = Stopwatch.StartNew();
        var rows = new List<ExactnessRow>();
        foreach (var table in (NoiseTable[])[NoiseTable.Linear(), NoiseTable.ScaledLinear(), NoiseTable.Cosine()])
        {
            var denoise = DiffusionOracles.Denoise(DiffusionOracles.Gaussian(1));
            var (x, eps) = DiffusionOracles.Directions([1]);
            int[] at = [0, 99, 499, 999];
            var information = ChainInformation.Of([.. at.Select(t => table.LogSnr[t])],
                logSnr => DenoiserError.MeanNoise(denoise, x, eps, 1, logSnr));
            for (var i = 0; i < at.Length; i++)
                rows.Add(Row($"{table}/I(x;z_{at[i] + 1})",
                    Gaussian.ChannelInformationNats(Math.Exp(table.LogSnr[at[i]]), [1]), information[i], 1e-8));
            rows.Add(Row($"{table}/I(x;z_1..z_4)", Gaussian.ChannelInformationNats(Math.Exp(table.LogSnr[0]), [1]),
                OfJoint(table, [0, 1, 2, 3]), 1e-7));
            rows.Add(Row($"{table}/I(x;z_2,z_3,z_4|z_1)", 0,
                OfJoint(table, [0, 1, 2, 3]) - OfJoint(table, [0]), 1e-7));
            rows.Add(Row($"{table}/I(x;z_1000|z_100)", 0,
                OfJoint(table, [99, 999]) - OfJoint(table, [99]), 1e-9));
        }
        var seconds = watch.Elapsed.TotalSeconds;
        return [.. rows.Select(row => row with { Seconds = seconds })];
    }

    /// <summary>I(x; z of these levels) from the covariance of x and the chain that the table's β make.</summary>
    static double OfJoint(NoiseTable table, int[] at)
    {
        var n = at.Length + 1;
        var covariance = new double[n, n];
        covariance[0, 0] = 1;
        for (var i = 1; i < n; i++)
        {
            double alpha = Math.Exp(0.5 * table.LogAlphaBar[at[i - 1]]);
            covariance[0, i] = covariance[i, 0] = alpha;
            for (var j = 1; j <= i; j++)
            {
                // z_t = (α_t/α_s) z_s + new noise: what two levels share is the cleaner one's variance, 1.
                var ratio = Math.Exp(0.5 * (table.LogAlphaBar[at[i - 1]] - table.LogAlphaBar[at[j - 1]]));
                covariance[i, j] = covariance[j, i] = ratio;
            }
        }
        return MultivariateGaussian.MutualInformationNats(covariance, 1);
    }

    static ExactnessRow Row(string name, double exact, double measured, double tolerance) =>
        new($"chain-mi/{name}", exact, measured, tolerance, "nats", 0);
}
