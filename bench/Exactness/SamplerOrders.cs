using System.Diagnostics;
using System.Globalization;
using Hybrid.Models;

namespace Hybrid.Bench.Exactness;

/// <summary>How wide the samples of N(0, v) come out, per how wide they are, and how fast that becomes right.</summary>
/// <remarks>
/// The denoiser is exact and linear, so a plan's spread needs no draws. "Exact" of the spreads on EDM's levels are
/// figures from another program, to the digits it printed.
/// </remarks>
static class SamplerOrders
{
    static readonly int[] Counts = [5, 10, 18, 20, 40, 80, 160];

    static readonly (string Name, Func<double[], SamplerPlan> Plan, double V, double[] Spreads)[] Known =
    [
        ("euler", levels => EdmSamplers.Euler(levels), 0.25,
            [0.467267, 0.730440, 0.846079, 0.861093, 0.929720, 0.964660, 0.982278]),
        ("heun", levels => EdmSamplers.Heun(levels), 0.25,
            [2.515822, 1.219620, 1.055270, 1.043667, 1.009773, 1.002310, 1.000557]),
        ("dpm-solver++2m", MultistepSamplers.DpmSolver, 0.25,
            [0.865321, 1.158796, 1.062301, 1.049258, 1.010405, 1.002380, 1.000565]),
        ("euler", levels => EdmSamplers.Euler(levels), 1, [0.936136, 0.967943, 0.983941]),
        ("heun", levels => EdmSamplers.Heun(levels), 1, [1.007980, 1.001895, 1.000461]),
        ("dpm-solver++2m", MultistepSamplers.DpmSolver, 1, [1.008447, 1.001946, 1.000467]),
    ];

    static readonly (string Name, int Order, Func<double[], SamplerPlan> Plan)[] Orders =
    [
        ("ddpm-forward-variance", 1, levels => Samplers.Ancestral(levels, StepVariance.Forward)),
        ("ddpm-posterior-variance", 1, levels => Samplers.Ancestral(levels, StepVariance.Posterior)),
        ("ddpm-variance-between", 1, levels => Samplers.Ancestral(levels, new(0.5))),
        ("ddim", 1, levels => Samplers.Ddim(levels)),
        ("ddim-eta=0.5", 1, levels => Samplers.Ddim(levels, 0.5)),
        ("euler-churn", 1, levels => EdmSamplers.Euler(levels, new(10))),
        ("heun", 2, levels => EdmSamplers.Heun(levels)),
        ("heun-churn", 2, levels => EdmSamplers.Heun(levels, new(10))),
        ("dpm-solver++2m", 2, MultistepSamplers.DpmSolver),
        ("sde-dpm-solver++2m", 2, MultistepSamplers.DpmSolverSde),
        ("unipc-1", 2, levels => MultistepSamplers.UniPc(levels, 1)),
        ("unipc-2", 3, levels => MultistepSamplers.UniPc(levels, 2)),
        ("unipc-3", 4, levels => MultistepSamplers.UniPc(levels, 3)),
    ];

    public static ExactnessExperiment Experiment => new(
        "sampler-order", "samplers with the best denoiser of N(0, v) on 5 to 640 levels; nothing is trained",
        _ => Run());

    static ExactnessRow[] Run()
    {
        var watch = Stopwatch.StartNew();
        var rows = new List<ExactnessRow>();
        foreach (var (name, plan, v, spreads) in Known)
            for (var i = 0; i < spreads.Length; i++)
            {
                var count = Counts[Counts.Length - spreads.Length + i];
                rows.Add(Row(string.Create(CultureInfo.InvariantCulture, $"{name}/variance={v}/levels={count}/spread"),
                    spreads[i], Ratio(plan(NoiseLevels.Karras(count)), v), 0.5e-6 + 1e-12));
            }
        foreach (var v in (double[])[0.25, 1])
            rows.Add(Row(string.Create(CultureInfo.InvariantCulture,
                $"ddpm-measured-variance/variance={v}/levels=5/spread"), 1, Ratio(Samplers.MeasuredAncestral(
                    NoiseLevels.Of(NoiseSchedule.LinearLogSnr(8, -8), 5), logSnr => Unknown(v, logSnr)), v), 1e-12));
        foreach (var (name, order, plan) in Orders)
        {
            double Error(int steps) =>
                Math.Abs(Ratio(plan(NoiseLevels.Of(NoiseSchedule.LinearLogSnr(8, -8), steps)), 0.25) - 1);
            // The next power of the step is some hundredths of the error at these numbers of steps.
            rows.Add(Row($"{name}/order", order, Math.Log2(Error(320) / Error(640)), 0.05));
        }
        var seconds = watch.Elapsed.TotalSeconds;
        return [.. rows.Select(row => row with { Seconds = seconds })];
    }

    /// <summary>Spread where a plan ends, per the exact one; each source of noise is a column of its own.</summary>
    static double Ratio(SamplerPlan plan, double v)
    {
        var z = new double[1 + plan.Acts.Count(act => act is SamplerAct.Move { Noise: not 0 })];
        z[0] = Spread(v, plan.Levels[0]);
        SamplerRun.Run(plan, DiffusionOracles.Denoise(DiffusionOracles.Gaussian(v)), z, (move, eps) =>
        {
            eps.Clear();
            eps[(int)move + 1] = 1;
        });
        return Math.Sqrt(z.Sum(part => part * part)) / Spread(v, plan.Levels[^1]);
    }

    /// <summary>Var(x | z) of N(0, v).</summary>
    static double Unknown(double v, double logSnr) => v / (1 + v * Math.Exp(logSnr));

    static double Spread(double v, double logSnr) => Math.Sqrt(
        v * Math.Pow(DiffusionOracles.Alpha(logSnr), 2) + Math.Pow(DiffusionOracles.Sigma(logSnr), 2));

    static ExactnessRow Row(string name, double exact, double measured, double tolerance) =>
        new($"sampler-order/{name}", exact, measured, tolerance, "1", 0);
}
