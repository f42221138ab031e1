using System.Diagnostics;
using System.Globalization;
using Hybrid.Information;

namespace Hybrid.Bench.Exactness;

/// <summary>log p(x) by the probability flow with the best denoiser, point by point.</summary>
static class FlowLikelihoods
{
    const double Cleanest = 12, Noisiest = -30;

    const int Steps = 800;

    static readonly (string Name, Theory.MixtureOracle Oracle, double[] Points)[] Data =
    [
        ("mixture", DiffusionOracles.Line, [-2.2, -1, 0.1, 1.6, 2.5, 4]),
        ("scg", DiffusionOracles.Scg, [0.5, -0.4, -1.2, 1.3, 0.2, 0.1]),
        ("grid", DiffusionOracles.Grid, [0.1, -0.2, 0.5, 0.5, -1.3, 0.9]),
    ];

    public static ExactnessExperiment Experiment => new("likelihood/flow", FormattableString.Invariant(
        $"the probability flow of mixtures with the best denoiser, {Steps} steps; nothing is trained"), _ => Run());

    static ExactnessRow[] Run()
    {
        var watch = Stopwatch.StartNew();
        var rows = new List<ExactnessRow>();
        foreach (var (name, oracle, points) in Data)
        {
            var D = oracle.Dimensions;
            var denoise = DiffusionOracles.Denoise(oracle);
            var flow = FlowLikelihood.LogDensity(
                denoise, DiffusionOracles.Trace(oracle), points, D, Cleanest, Noisiest, Steps);
            var differences = FlowLikelihood.LogDensity(
                denoise, FlowLikelihood.DifferenceTrace(denoise, D), points, D, Cleanest, Noisiest, Steps);
            for (var row = 0; row < flow.Length; row++)
            {
                var x = points[(row * D)..((row + 1) * D)];
                // The density of data with the noise of the cleanest level, which the flow starts from.
                double exact = oracle.LogDensityNats(1, Math.Exp(-0.5 * Cleanest), x);
                var at = string.Join(",", x.Select(v => v.ToString(CultureInfo.InvariantCulture)));
                rows.Add(Row($"{name}/({at})", exact, flow[row]));
                rows.Add(Row($"{name}/({at})/trace-by-differences", exact, differences[row]));
            }
        }
        var seconds = watch.Elapsed.TotalSeconds;
        return [.. rows.Select(row => row with { Seconds = seconds })];
    }

    /// <summary>
    /// What the last level knows of the mean moves log p by m·x·e^−15, below 10⁻⁶; 300 steps leave 4·10⁻⁵ far
    /// outside the data, and 800 the fourth power of 3/8 of it; differences for a trace 10⁻⁸.
    /// </summary>
    static ExactnessRow Row(string name, double exact, double measured) =>
        new($"likelihood/flow/{name}", exact, measured, 1e-5, "nats", 0);
}
