using System.CommandLine;
using System.CommandLine.Parsing;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>What is wrong with a command line, in one line that names the word and a fix.</summary>
/// <remarks>The parser's own messages name .NET types, take several lines, and begin with whatever is missing
/// rather than with what was typed.</remarks>
static class ParseMistake
{
    public static UserError Of(ParseResult parsed)
    {
        var help = $"see '{CommandLine(parsed.CommandResult)} --help'";
        if (parsed.UnmatchedTokens is [var word, ..])
            return new(word, "is no command, option or value here", help);
        foreach (var error in parsed.Errors)
            if (error.SymbolResult is OptionResult option)
                return Of(option, help);
        return new(CommandLine(parsed.CommandResult), parsed.Errors[0].Message.Trim(' ', '.'), help);
    }

    static UserError Of(OptionResult result, string help)
    {
        var (name, type) = (result.Option.Name, result.Option.ValueType);
        return result.Tokens switch
        {
            [] => new(name, "has no value", help),
            [var value] when type.IsEnum => new($"{name} {value.Value}", "is not known", $"give {OneOf(type)}"),
            [var value] => new($"{name} {value.Value}", $"is not {Expected(type)}", help),
            var values => new(name, $"was given {values.Count} times", "give it once"),
        };
    }

    /// <summary>The names of an enumeration as one types them: <c>relu, tanh or gelu</c>.</summary>
    public static string OneOf(Type type)
    {
        var names = Array.ConvertAll(Enum.GetNames(type), name => name.ToLowerInvariant());
        return $"{string.Join(", ", names[..^1])} or {names[^1]}";
    }

    static string Expected(Type type) =>
        type == typeof(double) ? "a number"
        : type == typeof(ulong) ? "a whole number from 0"
        : type == typeof(int) ? "a whole number"
        : "a value of this option";

    static string CommandLine(SymbolResult result)
    {
        var words = "";
        for (var at = result; at is CommandResult command; at = at.Parent)
            words = command.Parent is null ? $"hybrid {words}" : $"{command.Command.Name} {words}";
        return words.TrimEnd();
    }
}
