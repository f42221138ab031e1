using Hybrid.Cli;

namespace Hybrid.Docs.Tests;

/// <summary><c>run: hybrid explain KlStandardNormal</c>: what a command prints; never a time.</summary>
static class RunBlock
{
    static readonly Lock Console = new();

    public static string Derive(string argument)
    {
        var words = argument.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words[0] != "hybrid") throw new DerivationException("only hybrid is run");
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        int code;
        lock (Console)
        {
            var (usualOutput, usualErrors) = (System.Console.Out, System.Console.Error);
            System.Console.SetOut(output);
            System.Console.SetError(errors);
            try
            {
                code = Program.Main(words[1..]);
            }
            finally
            {
                System.Console.SetOut(usualOutput);
                System.Console.SetError(usualErrors);
            }
        }
        if (code != 0) throw new DerivationException($"it ended with {code}: {errors.ToString().Trim()}");
        return $"```\n$ {argument}\n{output.ToString().TrimEnd()}\n```";
    }
}
