using System.CommandLine;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>Which classes a diffusion draws: <c>--class</c>, <c>--guidance</c> and <c>--rescale</c>.</summary>
sealed class GuidanceOptions
{
    readonly Option<int?> only;
    readonly Option<double> guidance, rescale;

    public GuidanceOptions(Command command)
    {
        only = CommandOptions.Add<int?>(command, "--class",
            "Of a diffusion that was told classes: the one to draw; all in turn unless told.", "Y", null);
        guidance = CommandOptions.Add(command, "--guidance",
            "Of the same: how many times the way from p(x) to p(x | y) (Ho & Salimans 2022).", "W", 1.0);
        rescale = CommandOptions.Add(command, "--rescale",
            "Of the same: part of the way back to the spread of p(x | y) (Lin et al. 2024).", "PART", 0.0);
    }

    /// <exception cref="UserError">One of them was given for a model that was told no classes.</exception>
    public void Require(ParseResult parsed, int classes)
    {
        if (classes > 0) return;
        Option[] all = [only, guidance, rescale];
        foreach (var option in all)
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UserError(
                    option.Name, "is asked of a diffusion that was trained with --classes", "leave it out");
    }

    /// <summary>The class of each of so many rows: one, or all in turn.</summary>
    /// <exception cref="UserError">There is no such class.</exception>
    public int[] Classes(ParseResult parsed, int count, int classes)
    {
        if (parsed.GetValue(only) is not { } one) return [.. Enumerable.Range(0, count).Select(n => n % classes)];
        if (one < 0 || one >= classes)
            throw new UserError($"--class {one}", "is not a class of this diffusion", $"give 0 to {classes - 1}");
        return [.. Enumerable.Repeat(one, count)];
    }

    /// <summary>The network, told classes and guided.</summary>
    /// <exception cref="UserError">A number is out of range.</exception>
    public GuidedDenoiser Of(ParseResult parsed, Denoiser network, PredictionTarget answer)
    {
        var (scale, part) = (parsed.GetValue(guidance), parsed.GetValue(rescale));
        if (!(scale is >= 0 and <= 100))
            throw new UserError(
                FormattableString.Invariant($"--guidance {scale}"), "is out of range", "give 0 to 100");
        if (!(part is >= 0 and <= 1))
            throw new UserError(FormattableString.Invariant($"--rescale {part}"), "is no part", "give 0 to 1");
        return new(network, answer, scale, part);
    }
}
