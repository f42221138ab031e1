using System.CommandLine;
using Hybrid.Bench.Exactness;
using Hybrid.Devices;

namespace Hybrid.Bench.RealDigits;

/// <summary>What the command line asks of a study.</summary>
/// <param name="Parsed">All of it.</param>
/// <param name="Open">Opens the device that models are trained on.</param>
/// <param name="Quick">Only a look at the command.</param>
/// <param name="Output">A line for each thing that is measured.</param>
sealed record StudyRequest(ParseResult Parsed, Func<Device> Open, bool Quick, TextWriter Output);

/// <summary>Commands that train for minutes and put a report where <c>--json</c> says.</summary>
sealed class StudyCommands(Option<bool> quick, Option<string> json, TextWriter output)
{
    /// <param name="name">Of the command.</param>
    /// <param name="description">What it does.</param>
    /// <param name="run">Trains and measures.</param>
    /// <param name="options">That only this study has.</param>
    public Command New<TReport>(
        string name, string description, Func<StudyRequest, TReport> run, params Option[] options)
    {
        var device = new Option<string>("--device")
        {
            Description = "host (unless told) or cuda: where models are trained.", HelpName = "KIND",
        };
        var command = new Command(name, description);
        foreach (var option in options) command.Add(option);
        command.Add(device);
        command.SetAction(parsed =>
        {
            var open = ExactnessDevice.Of(parsed.GetValue(device));
            BenchJson.Keep(
                parsed.GetValue(json), () => run(new(parsed, open, parsed.GetValue(quick), output)));
            return 0;
        });
        return command;
    }
}
