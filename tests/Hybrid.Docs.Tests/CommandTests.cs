using Hybrid.Cli;

namespace Hybrid.Docs.Tests;

/// <summary>Command lines in the documents are commands that exist.</summary>
[TestFixture]
public sealed class CommandTests
{
    const string Cli = "dotnet run --project src/Hybrid.Cli -- ";

    static IEnumerable<string> Lines(string prefix) => Repository.Documents
        .SelectMany(path => Repository.Read(path).Split('\n'))
        .Select(line => line.Trim().TrimStart('$', ' '))
        .Where(line => line.StartsWith(prefix, StringComparison.Ordinal))
        .Select(line => line.Split(" #")[0].Trim())
        .Distinct();

    public static IEnumerable<string> Hybrid => Lines(Cli).Select(line => line[Cli.Length..])
        .Concat(Lines("hybrid ").Select(line => line["hybrid ".Length..])).Distinct();

    public static IEnumerable<string> Dotnet => Lines("dotnet run ").Concat(Lines("dotnet test ")).Distinct();

    [TestCaseSource(nameof(Hybrid))]
    public void Hybrid_understands(string arguments) =>
        Assert.That(Program.Commands().Parse(arguments).Errors.Select(error => error.Message), Is.Empty);

    [TestCaseSource(nameof(Dotnet))]
    public void The_project_exists(string line)
    {
        var words = line.Split(' ');
        var at = words[1] == "test" ? 2 : Array.IndexOf(words, "--project") + 1;
        if (at == words.Length || words[at].StartsWith('-')) return;
        Assert.That(Directory.Exists(Repository.Full(words[at])), line);
    }
}
