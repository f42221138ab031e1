using System.CommandLine;

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
}
