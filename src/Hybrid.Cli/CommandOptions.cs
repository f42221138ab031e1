using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>Options as every command here has them.</summary>
static class CommandOptions
{
    /// <summary>Adds an option with the value that it has unless told.</summary>
    /// <param name="command">Whose option it is.</param>
    /// <param name="name">Such as <c>--epochs</c>.</param>
    /// <param name="help">What it means.</param>
    /// <param name="value">What stands for its value in the help.</param>
    /// <param name="start">Its value unless told.</param>
    public static Option<T> Add<T>(Command command, string name, string help, string value, T start)
    {
        var option = new Option<T>(name)
        {
            Description = help, HelpName = value, DefaultValueFactory = _ => start,
        };
        command.Add(option);
        return option;
    }

    /// <summary>Adds <c>--json</c> to a command that trains.</summary>
    public static Option<bool> Json(Command command)
    {
        var json = new Option<bool>("--json")
        {
            Description = "Print one line of JSON at the end; progress goes to the error stream.",
        };
        command.Add(json);
        return json;
    }

    /// <summary>Numbers with commas between them.</summary>
    /// <exception cref="UserError">One is none.</exception>
    public static double[] Numbers(string option, string text) => Array.ConvertAll(text.Split(','), part =>
        double.TryParse(part, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UserError($"{option} {text}", $"'{part}' is not a number", "give numbers such as 1e-3,1e-2"));

    /// <summary>Whether an option stands on the command line.</summary>
    public static bool IsGiven(ParseResult parsed, string option) =>
        parsed.GetResult(option) is OptionResult { Implicit: false };

    /// <summary>A run that continues takes no option but these.</summary>
    public static void RefuseOthers(ParseResult parsed, Command command, string[] allowed)
    {
        foreach (var option in command.Options)
            if (!allowed.Contains(option.Name) && IsGiven(parsed, option.Name))
                throw new UserError(
                    option.Name, "was decided when the run started", "leave it out with --resume");
    }
}
