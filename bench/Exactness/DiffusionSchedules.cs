using System.Diagnostics;
using Hybrid.Models;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>Where the schedules of the literature end, and which of its losses are bounds.</summary>
static class DiffusionSchedules
{
    public static ExactnessExperiment Experiment => new(
        "schedule", "tables and weights of diffusion against their definitions; nothing is trained", _ => Run());

    static ExactnessRow[] Run()
    {
        var watch = Stopwatch.StartNew();
        var rows = new List<ExactnessRow>();
        Ends(rows, "linear", NoiseTable.Linear(), NoiseSchedules.LinearBetas(1e-4, 0.02, 1000));
        Ends(rows, "scaled-linear", NoiseTable.ScaledLinear(), NoiseSchedules.ScaledLinearBetas(0.00085, 0.012, 1000));
        Ends(rows, "cosine", NoiseTable.Cosine(), NoiseSchedules.CosineBetas(1000));
        Ends(rows, "cosine-4000", NoiseTable.Cosine(4000), NoiseSchedules.CosineBetas(4000));
        var zero = NoiseTable.ScaledLinear().WithZeroTerminalSnr();
        var exact = NoiseSchedules.ZeroTerminalSnr(
            NoiseSchedules.AlphaBars(NoiseSchedules.ScaledLinearBetas(0.00085, 0.012, 1000)));
        rows.Add(Row("zero-terminal-snr/alpha-bar-T", 0, Math.Exp(zero.LogAlphaBar[^1]), 0));
        rows.Add(Row("zero-terminal-snr/alpha-bar-500", exact[499], Math.Exp(zero.LogAlphaBar[499]), 1e-13));

        NoiseSchedule cosine = NoiseSchedule.Cosine, line = NoiseSchedule.LinearLogSnr();
        Verdict(rows, "simple-noise", new LossWeighting.Simple(PredictionTarget.Noise), cosine, false);
        Verdict(rows, "simple-velocity", new LossWeighting.Simple(PredictionTarget.Velocity), cosine, true);
        Verdict(rows, "min-snr", new LossWeighting.MinSnr(), cosine, false);
        Verdict(rows, "edm", new LossWeighting.Edm(), cosine, false);
        Verdict(rows, "sigmoid", new LossWeighting.Sigmoid(), cosine, true);
        Verdict(rows, "vlb", new LossWeighting.Vlb(), cosine, true);
        Verdict(rows, "simple-noise", new LossWeighting.Simple(PredictionTarget.Noise), line, true);
        var seconds = watch.Elapsed.TotalSeconds;
        return [.. rows.Select(row => row with { Seconds = seconds })];
    }

    /// <summary>The first and the last level, and what the last still knows of data of unit variance.</summary>
    static void Ends(List<ExactnessRow> rows, string name, NoiseTable table, double[] betas)
    {
        var alphaBars = NoiseSchedules.AlphaBars(betas);
        double first = alphaBars[0], last = alphaBars[^1];
        // A product of T factors has T roundings; 1 − ᾱ keeps what is left of them.
        var rounding = table.Steps * Math.ScaleB(1, -53);
        rows.Add(Row($"{name}/alpha-bar-1", first, Math.Exp(table.LogAlphaBar[0]), 1e-14));
        rows.Add(Row($"{name}/alpha-bar-T", last, Math.Exp(table.LogAlphaBar[^1]), 4 * rounding * last));
        rows.Add(Row($"{name}/snr-1", first / (1 - first), Math.Exp(table.LogSnr[0]), 1e-15 / Math.Pow(1 - first, 2)));
        rows.Add(Row($"{name}/snr-T", last / (1 - last), Math.Exp(table.LogSnr[^1]), 4 * rounding * last));
        rows.Add(Row($"{name}/log-snr-1", NoiseSchedules.LogSnr(first), table.LogSnr[0], 1e-15 / (1 - first)));
        rows.Add(Row($"{name}/log-snr-T", NoiseSchedules.LogSnr(last), table.LogSnr[^1], 4 * rounding));
        var kl = -0.5 * Math.Log(1 - last);
        var bound = Information.DiffusionBound.Of(1, 1, [table.LogSnr[0], table.LogSnr[^1]], _ => 0);
        rows.Add(Row($"{name}/prior-kl", kl, bound.Prior, 1e-15) with { Unit = "nats" });
    }

    static void Verdict(
        List<ExactnessRow> rows, string name, LossWeighting weighting, NoiseSchedule schedule, bool mixture)
    {
        var analysis = WeightingAnalysis.Of(weighting, schedule);
        rows.Add(Row($"{schedule}/{name}/is-a-mixture-of-bounds", mixture ? 1 : 0,
            analysis.IsMixtureOfBounds ? 1 : 0, 0));
    }

    static ExactnessRow Row(string name, double exact, double measured, double tolerance) =>
        new($"schedule/{name}", exact, measured, tolerance, "1", 0);
}
