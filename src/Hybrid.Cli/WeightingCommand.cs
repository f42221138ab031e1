using System.CommandLine;
using System.Globalization;
using Hybrid.Models;
using Hybrid.Reporting;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid weighting</c>: what a diffusion's loss gives each level of noise, and whether it is a mean of
/// bounds.</summary>
static class WeightingCommand
{
    /// <summary>Rows of the table.</summary>
    const int Rows = 9;

    public static Command Create()
    {
        var command = new Command("weighting",
            "Show what a diffusion's loss gives each level of noise, and whether it is a mixture of ELBOs.");
        var weight = new Argument<string>("weight") { Description = $"{NoiseNames.Weights}." };
        command.Add(weight);
        var schedule = CommandOptions.Add(command, "--schedule",
            $"Which levels training draws: {string.Join(", ", NoiseSchedule.All)}.", "NAME", "cosine");
        var target = CommandOptions.Add(command, "--target",
            "What the network is asked for: eps, x, v, score or edm.", "NAME", "eps");
        var svg = new Option<string?>("--svg") { Description = "Also draw w(λ).", HelpName = "FILE" };
        command.Add(svg);
        command.SetAction(parsed =>
        {
            var asked = NoiseNames.Target(parsed.GetValue(target)!);
            var weighting = NoiseNames.Weight(parsed.GetValue(weight)!, asked);
            var levels = NoiseNames.Schedule(parsed.GetValue(schedule)!);
            var analysis = WeightingAnalysis.Of(weighting, levels);
            if (parsed.GetValue(svg) is { } file) WeightingPlot.Write(file, analysis);
            Print(weighting, levels, asked, analysis);
            return 0;
        });
        return command;
    }

    static void Print(
        LossWeighting weighting, NoiseSchedule schedule, PredictionTarget target, WeightingAnalysis analysis)
    {
        var largest = analysis.Weight.Max();
        var name = Prediction.Name(target);
        Console.WriteLine($"{"t",6} {"λ",8} {"w(λ), largest 1",17}   factor of the squared error of {name}");
        for (var i = 0; i < Rows; i++)
        {
            double t = i / (Rows - 1.0), logSnr = schedule.LogSnr(t), density = schedule.Density(t);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{t,6:F3} {logSnr,8:F2} {weighting.Objective(logSnr, density) / largest,17:G4}")
                + string.Create(CultureInfo.InvariantCulture,
                    $"   {weighting.Factor(target, logSnr, density):G4}"));
        }
        Console.WriteLine(analysis);
    }
}
