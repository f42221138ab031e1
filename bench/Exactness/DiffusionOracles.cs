using Hybrid.Models;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>Data whose best denoiser is known, in the form that the product takes a network in.</summary>
static class DiffusionOracles
{
    /// <summary>Three Gaussians on a line: mean −0.1, variance 3.047.</summary>
    public static MixtureOracle Line { get; } = new(
        [0.3, 0.5, 0.2], [[-2], [0], [2.5]], [Square(0.5), Square(1), Square(0.4)]);

    /// <summary>A fair ±1.</summary>
    public static MixtureOracle Sign { get; } = new([0.5, 0.5], [[-1], [1]], [Square(0), Square(0)]);

    /// <summary>Two coordinates of unit variance and correlation −0.980198: "scg".</summary>
    public const double ScgCorrelation = -0.980198;

    public static MixtureOracle Scg { get; } = new(
        [1], [[0, 0]], [new[,] { { 1, ScgCorrelation }, { ScgCorrelation, 1 } }]);

    /// <summary>Nine Gaussians of spread 0.3 on a grid: a density in the plane with holes.</summary>
    public static MixtureOracle Grid { get; } = new(
        [.. Enumerable.Repeat(1.0 / 9, 9)],
        [.. Enumerable.Range(0, 9).Select(k => new double[] { k / 3 - 1, k % 3 - 1 })],
        [.. Enumerable.Repeat(new[,] { { 0.09, 0 }, { 0, 0.09 } }, 9)]);

    /// <summary>N(0, diag v).</summary>
    public static MixtureOracle Gaussian(params double[] variances)
    {
        var sigma = new double[variances.Length, variances.Length];
        for (var d = 0; d < variances.Length; d++) sigma[d, d] = variances[d];
        return new([1], [new double[variances.Length]], [sigma]);
    }

    /// <summary>E[x | z] of rows.</summary>
    public static DenoiseRows Denoise(MixtureOracle oracle) => (z, logSnr, data) =>
    {
        var D = oracle.Dimensions;
        for (var row = 0; row < z.Length; row += D)
            oracle.PosteriorMean(Alpha(logSnr), Sigma(logSnr), z.Slice(row, D).ToArray()).CopyTo(data[row..]);
    };

    /// <summary>Its trace, in closed form.</summary>
    public static Information.TraceRows Trace(MixtureOracle oracle) => (z, logSnr, trace) =>
    {
        var D = oracle.Dimensions;
        for (var row = 0; row < trace.Length; row++)
            trace[row] = oracle.Divergence(Alpha(logSnr), Sigma(logSnr), z.Slice(row * D, D).ToArray());
    };

    // Without e^λ/(1 + e^λ), which is ∞/∞ where there is no noise.
    public static double Alpha(double logSnr) => 1 / Math.Sqrt(1 + Math.Exp(-logSnr));

    public static double Sigma(double logSnr) => 1 / Math.Sqrt(1 + Math.Exp(logSnr));

    /// <summary>
    /// Data and noise in 2D directions whose means of squares are those of N(0, diag v) and N(0, I): a linear
    /// denoiser's mean error over them is its error over all data.
    /// </summary>
    public static (double[] X, double[] Eps) Directions(double[] variances)
    {
        int D = variances.Length, n = 2 * D;
        double[] x = new double[2 * n * D], eps = new double[2 * n * D];
        for (var i = 0; i < n; i++)
            for (var side = 0; side < 2; side++)
            {
                var length = (side == 0 ? 1 : -1) * Math.Sqrt(n);
                var row = (2 * i + side) * D;
                if (i < D) x[row + i] = length * Math.Sqrt(variances[i]);
                else eps[row + i - D] = length;
            }
        return (x, eps);
    }

    static double[,] Square(double spread) => new[,] { { spread * spread } };
}
