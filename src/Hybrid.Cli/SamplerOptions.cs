using System.CommandLine;
using System.Globalization;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>
/// How a diffusion is sampled: <c>--sampler</c>, <c>--steps</c>, <c>--eta</c> and <c>--variance</c>.
/// </summary>
sealed class SamplerOptions
{
    const int MostSteps = 100_000;

    const string Forward = "forward", Measured = "measured", Variances =
        "forward (β), posterior (β̃), a part between them (0 is β̃, 1 is β), or measured, from the error on"
        + " training rows";

    const string Names = "ddpm, ddim, euler, heun, dpm++2m, dpm++sde or unipc";

    readonly Option<string> sampler;
    readonly Option<int> steps;
    readonly Option<double> eta;
    readonly Option<string> variance;

    public SamplerOptions(Command command)
    {
        sampler = CommandOptions.Add(command, "--sampler", $"Of a diffusion: {Names}.", "NAME", "ddim");
        steps = CommandOptions.Add(command, "--steps", "Of a diffusion: steps from noise to data.", "N", 50);
        eta = CommandOptions.Add(command, "--eta",
            "Of a diffusion sampled by ddim: part of the noise that each step replaces, 0 to 1.", "η", 0.0);
        variance = CommandOptions.Add(command, "--variance",
            $"Of a diffusion sampled by ddpm, of each step: {Variances}.", "NAME", Forward);
    }

    /// <exception cref="UserError">One of them was given for a model that is no diffusion.</exception>
    public void RequireKind(ParseResult parsed, string? kind)
    {
        if (kind == DiffusionCheckpoint.Kind) return;
        Option[] all = [sampler, steps, eta, variance];
        foreach (var option in all)
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UserError(option.Name, "is asked of a diffusion", "leave it out");
    }

    /// <summary>The sampler, from the schedule's noisiest level to data without noise.</summary>
    /// <param name="parsed">What was typed.</param>
    /// <param name="schedule">The network's.</param>
    /// <param name="error">E(x − x̂)² of a column at a level, for whom asks for it.</param>
    /// <exception cref="UserError">There is none of that name, or its numbers are out of range.</exception>
    public SamplerPlan Plan(ParseResult parsed, NoiseSchedule schedule, Func<double, double> error)
    {
        var (name, count, part) = (parsed.GetValue(sampler)!, parsed.GetValue(steps), parsed.GetValue(eta));
        if (count is < 1 or > MostSteps)
            throw new UserError($"--steps {count}", "is not a number of steps", $"give 1 to {MostSteps:N0}");
        if (part is not (>= 0 and <= 1) || part != 0 && name != "ddim")
            throw new UserError(FormattableString.Invariant($"--eta {part}"), "is the part of the noise that ddim replaces",
                "give 0 to 1 with --sampler ddim, or leave it out");
        if (name != "ddpm" && parsed.GetResult(variance) is { Implicit: false })
            throw new UserError($"--variance {parsed.GetValue(variance)}", "is of ddpm's steps",
                "give --sampler ddpm, or leave it out");
        // The last step is from the schedule's cleanest level to data.
        var levels = count == 1
            ? NoiseLevels.Clean([schedule.Ends.Noisiest])
            : NoiseLevels.Clean(NoiseLevels.Of(schedule, count - 1));
        return name switch
        {
            "ddpm" => Ancestral(levels, parsed.GetValue(variance)!, error),
            "ddim" => Samplers.Ddim(levels, part),
            "euler" => EdmSamplers.Euler(levels),
            "heun" => EdmSamplers.Heun(levels),
            "dpm++2m" => MultistepSamplers.DpmSolver(levels),
            "dpm++sde" => MultistepSamplers.DpmSolverSde(levels),
            "unipc" => MultistepSamplers.UniPc(levels),
            _ => throw new UserError($"--sampler {name}", "is not known", $"give {Names}"),
        };
    }

    static SamplerPlan Ancestral(IReadOnlyList<double> levels, string variance, Func<double, double> error) =>
        variance switch
        {
            Forward => Samplers.Ancestral(levels, StepVariance.Forward),
            "posterior" => Samplers.Ancestral(levels, StepVariance.Posterior),
            Measured => Samplers.MeasuredAncestral(levels, error),
            _ when double.TryParse(variance, CultureInfo.InvariantCulture, out var part) && part is >= 0 and <= 1 =>
                Samplers.Ancestral(levels, new StepVariance(part)),
            _ => throw new UserError($"--variance {variance}", "is not known", $"give {Variances}"),
        };
}
