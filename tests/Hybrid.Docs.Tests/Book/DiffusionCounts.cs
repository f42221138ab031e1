using System.Globalization;
using Hybrid.Models;

namespace Hybrid.Docs.Tests;

/// <summary>What follows from schedules, weights and samplers without training anything.</summary>
static class DiffusionCounts
{
    /// <summary><c>count: schedules</c>: λ at five times of every schedule.</summary>
    public static string Schedules(BlockArguments arguments)
    {
        var table = new Table("Schedule", "t = 0", "¼", "½", "¾", "1");
        foreach (var schedule in NoiseSchedule.All)
            table.Row([$"`{schedule}`", .. Enumerable.Range(0, 5).Select(i => Number(schedule.LogSnr(i / 4.0)))]);
        return table.ToString();
    }

    /// <summary><c>count: weightings</c>: which losses are mixtures of bounds, under which schedule.</summary>
    public static string Weightings(BlockArguments arguments)
    {
        NoiseSchedule[] schedules = [NoiseSchedule.Cosine, NoiseSchedule.LinearLogSnr(), NoiseSchedule.LinearBeta()];
        LossWeighting[] weightings =
        [
            new LossWeighting.Simple(PredictionTarget.Noise), new LossWeighting.Simple(PredictionTarget.Data),
            new LossWeighting.Simple(PredictionTarget.Velocity), new LossWeighting.MinSnr(), new LossWeighting.P2(),
            new LossWeighting.Edm(), new LossWeighting.Sigmoid(), new LossWeighting.Vlb(),
        ];
        var table = new Table(["Weight", .. schedules.Select(schedule => $"`{schedule}`")]);
        foreach (var weighting in weightings)
            table.Row([weighting.ToString(), .. schedules.Select(schedule => Verdict(weighting, schedule))]);
        return table.ToString();
    }

    static string Verdict(LossWeighting weighting, NoiseSchedule schedule)
    {
        var analysis = WeightingAnalysis.Of(weighting, schedule);
        return analysis.IsMixtureOfBounds
            ? "mixture of bounds"
            : $"no: most at λ = {Number(analysis.PeakLogSnr)}";
    }

    /// <summary>
    /// <c>count: samplers levels=18</c>: what each asks and draws on EDM's levels, and how wide its samples are with the
    /// best denoiser, per ½.
    /// </summary>
    public static string Samplers(BlockArguments arguments)
    {
        var levels = NoiseLevels.Karras(arguments.Int("levels"));
        SamplerPlan[] plans =
        [
            Models.Samplers.Ancestral(levels, StepVariance.Posterior), Models.Samplers.Ddim(levels),
            EdmSamplers.Heun(levels), EdmSamplers.Heun(levels, new(40)), MultistepSamplers.DpmSolver(levels),
            MultistepSamplers.DpmSolverSde(levels), MultistepSamplers.UniPc(levels, 3),
        ];
        var table = new Table("Sampler", "Evaluations", "Moves", "of them with noise", "Answers remembered",
            "Spread of N(0, ¼)");
        foreach (var plan in plans)
        {
            var moves = plan.Acts.OfType<SamplerAct.Move>().ToArray();
            table.Row(plan.Name, plan.Evaluations, moves.Length, moves.Count(move => move.Noise != 0),
                moves.Max(move => move.Answers.Length), Spread(plan).ToString("F4", CultureInfo.InvariantCulture));
        }
        return table.ToString();
    }

    // Linear throughout, so each source of noise is a column of its own and nothing is drawn.
    static double Spread(SamplerPlan plan)
    {
        const double V = 0.25;
        var z = new double[1 + plan.Acts.Count(act => act is SamplerAct.Move { Noise: not 0 })];
        double alpha2 = 1 / (1 + Math.Exp(-plan.Levels[0]));
        z[0] = Math.Sqrt(alpha2 * V + 1 - alpha2);
        SamplerRun.Run(plan, (from, logSnr, data) =>
        {
            double signal = 1 / (1 + Math.Exp(-logSnr)), noise = 1 / (1 + Math.Exp(logSnr));
            for (var i = 0; i < from.Length; i++) data[i] = Math.Sqrt(signal) * V / (signal * V + noise) * from[i];
        }, z, (move, eps) =>
        {
            eps.Clear();
            eps[(int)move + 1] = 1;
        });
        return Math.Sqrt(z.Sum(part => part * part) / V);
    }

    static string Number(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);
}
