using System.Diagnostics;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Data;
using MathNet.Numerics.Distributions;

namespace Hybrid.Bench.Exactness;

/// <summary>A mixture of Gaussians, recovered from its points by EM on the kernels.</summary>
static class MixtureEm
{
    const int Steps = 2000;

    /// <summary>Gains below it, in nats a row, are rounding of float32 likelihoods.</summary>
    const double Tolerance = 1e-7;

    public static IEnumerable<ExactnessExperiment> Experiments =>
    [
        new("mixture-em/grid", "10,000 points of 25 Gaussians on a grid: EM from k-means++ seeds", Grid),
        new("mixture-em/three", "4,000 quantiles of three Gaussians that overlap: EM from k-means++ seeds", Three),
    ];

    /// <summary>
    /// The clusters lie eight σ apart, so the estimates are each cluster's own moments: they err by their
    /// standard errors, σ/√N_k for a mean and σ/√(2 N_k) for a σ. Of 125 such numbers the largest is below 5
    /// (probability 7·10⁻⁵).
    /// </summary>
    static ExactnessRow[] Grid(Func<Device> open)
    {
        const int K = Densities.GridSide * Densities.GridSide, N = 10_000;
        const double sigma = Densities.GridSigma, perCluster = (double)N / K;
        var watch = Stopwatch.StartNew();
        var (p, measured, x) = Fit(open, Densities.Grid(N, seed: 1).Values, 2, K);

        double weight = 0, mean = 0, spread = 0;
        var cells = new HashSet<(double, double)>();
        for (var k = 0; k < K; k++)
        {
            weight = Math.Max(weight, Math.Abs(p.Weights[k] - 1.0 / K) / Math.Sqrt(1.0 / K * (1 - 1.0 / K) / N));
            cells.Add((Nearest(p.Mu[2 * k]), Nearest(p.Mu[2 * k + 1])));
            for (var i = 2 * k; i < 2 * k + 2; i++)
            {
                mean = Math.Max(mean, Math.Abs(p.Mu[i] - Nearest(p.Mu[i])) / (sigma / Math.Sqrt(perCluster)));
                spread = Math.Max(
                    spread, Math.Abs(Math.Exp(0.5 * p.LogVar[i]) - sigma) / (sigma / Math.Sqrt(2 * perCluster)));
            }
        }
        var seconds = watch.Elapsed.TotalSeconds;
        return
        [
            new("mixture-em/grid/clusters-found", K, cells.Count, 0, "1", seconds),
            new("mixture-em/grid/largest-error-of-a-weight", 0, weight, 5, "standard errors", seconds),
            new("mixture-em/grid/largest-error-of-a-mean", 0, mean, 5, "standard errors", seconds),
            new("mixture-em/grid/largest-error-of-a-sigma", 0, spread, 5, "standard errors", seconds),
            .. FixedPoint("mixture-em/grid", p, measured, x, seconds),
        ];
    }

    static double Nearest(double value) => Densities.GridSpacing * Math.Round(value / Densities.GridSpacing);

    static readonly double[] Weights = [0.3, 0.5, 0.2], Means = [-2, 0, 2.5], Sigmas = [0.5, 1, 0.4];

    /// <summary>
    /// −∫ p log p of the mixture, by quadrature. The quantiles stand for p but for their two outermost cells,
    /// in each of which 1/N of the mass takes a −log p that is wrong by no more than 4 nats.
    /// </summary>
    static ExactnessRow[] Three(Func<Device> open)
    {
        const int N = 4000;
        var watch = Stopwatch.StartNew();
        var points = new float[N];
        for (var n = 0; n < N; n++) points[n] = (float)Quantile((n + 0.5) / N);
        var (p, measured, x) = Fit(open, points, 1, Weights.Length);
        double LogDensity(double at) => Theory.Mixture.WeightedLogDensityNats(
            Weights, [.. Means.Select(m => new[] { m })], [.. Sigmas.Select(s => new[] { 2 * Math.Log(s) })], [at]);
        var entropy = Theory.Quadrature.OverReals(0, 0.5, at => -Math.Exp(LogDensity(at)) * LogDensity(at));
        var seconds = watch.Elapsed.TotalSeconds;
        return
        [
            new("mixture-em/three/negative-log-likelihood", entropy, -measured, 4.0 * 2 / N, "nats", seconds),
            .. FixedPoint("mixture-em/three", p, measured, x, seconds),
        ];
    }

    /// <summary>Bisection on the distribution function.</summary>
    static double Quantile(double probability)
    {
        double low = -10, high = 10;
        for (var i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2, below = 0;
            for (var k = 0; k < Weights.Length; k++) below += Weights[k] * Normal.CDF(Means[k], Sigmas[k], middle);
            (low, high) = below < probability ? (middle, high) : (low, middle);
        }
        return (low + high) / 2;
    }

    /// <summary>
    /// The likelihood in doubles at the same parameters, and what a step of EM in doubles would still gain.
    /// In float32 a log-density of a few nats errs by some 20 units of 2⁻²⁴ of it.
    /// </summary>
    static ExactnessRow[] FixedPoint(
        string name, MixtureParameters p, double measured, double[][] x, double seconds)
    {
        double[][] mu = Rows(p.Mu, p.D), logVar = Rows(p.LogVar, p.D);
        double exact = Theory.Mixture.LogLikelihoodNats(p.Weights, mu, logVar, x);
        var (weights, means, variances) = Theory.Mixture.ExpectationMaximization(p.Weights, mu, logVar, x);
        var gain = Theory.Mixture.LogLikelihoodNats(weights, means, variances, x) - exact;
        return
        [
            new($"{name}/log-likelihood", exact, measured, 1e-5, "nats", seconds),
            new($"{name}/gain-of-another-step", 0, gain, 1e-6, "nats", seconds),
        ];
    }

    static (MixtureParameters Parameters, double LogLikelihood, double[][] Rows) Fit(
        Func<Device> open, float[] x, int D, int K)
    {
        using var device = open();
        var em = new ExpectationMaximization(device, x, MixtureSeeds.Choose(x, D, K, seed: 0));
        double before = double.NegativeInfinity, likelihood = em.Step();
        for (var step = 1; step < Steps && likelihood - before > Tolerance; step++)
            (before, likelihood) = (likelihood, em.Step());
        return (em.Parameters, em.LogLikelihood(), Rows(x, D));
    }

    static double[][] Rows(float[] values, int D) =>
        [.. values.Chunk(D).Select(row => Array.ConvertAll(row, value => (double)value))];
}
