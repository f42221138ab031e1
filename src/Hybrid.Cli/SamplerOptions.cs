using System.CommandLine;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>How a diffusion is sampled: <c>--sampler</c>, <c>--steps</c> and <c>--eta</c>.</summary>
sealed class SamplerOptions
{
    const int MostSteps = 100_000;

    const string Names = "ddpm, ddim, euler, heun, dpm++2m, dpm++sde or unipc";

    readonly Option<string> sampler;
    readonly Option<int> steps;
    readonly Option<double> eta;

    public SamplerOptions(Command command)
    {
        sampler = CommandOptions.Add(command, "--sampler", $"Of a diffusion: {Names}.", "NAME", "ddim");
        steps = CommandOptions.Add(command, "--steps", "Of a diffusion: steps from noise to data.", "N", 50);
        eta = CommandOptions.Add(command, "--eta",
            "Of a diffusion sampled by ddim: part of the noise that each step replaces, 0 to 1.", "η", 0.0);
    }

    /// <exception cref="UserError">One of them was given for a model that is no diffusion.</exception>
    public void RequireKind(ParseResult parsed, string? kind)
    {
        if (kind == DiffusionCheckpoint.Kind) return;
        Option[] all = [sampler, steps, eta];
        foreach (var option in all)
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UserError(option.Name, "is asked of a diffusion", "leave it out");
    }

    /// <summary>The sampler, from the schedule's noisiest level to data without noise.</summary>
    /// <exception cref="UserError">There is none of that name, or its numbers are out of range.</exception>
    public SamplerPlan Plan(ParseResult parsed, NoiseSchedule schedule)
    {
        var (name, count, part) = (parsed.GetValue(sampler)!, parsed.GetValue(steps), parsed.GetValue(eta));
        if (count is < 1 or > MostSteps)
            throw new UserError($"--steps {count}", "is not a number of steps", $"give 1 to {MostSteps:N0}");
        if (part is not (>= 0 and <= 1) || part != 0 && name != "ddim")
            throw new UserError(FormattableString.Invariant($"--eta {part}"), "is the part of the noise that ddim replaces",
                "give 0 to 1 with --sampler ddim, or leave it out");
        // The last step is from the schedule's cleanest level to data.
        var levels = count == 1
            ? NoiseLevels.Clean([schedule.Ends.Noisiest])
            : NoiseLevels.Clean(NoiseLevels.Of(schedule, count - 1));
        return name switch
        {
            "ddpm" => Samplers.Ancestral(levels, StepVariance.Forward),
            "ddim" => Samplers.Ddim(levels, part),
            "euler" => EdmSamplers.Euler(levels),
            "heun" => EdmSamplers.Heun(levels),
            "dpm++2m" => MultistepSamplers.DpmSolver(levels),
            "dpm++sde" => MultistepSamplers.DpmSolverSde(levels),
            "unipc" => MultistepSamplers.UniPc(levels),
            _ => throw new UserError($"--sampler {name}", "is not known", $"give {Names}"),
        };
    }
}
