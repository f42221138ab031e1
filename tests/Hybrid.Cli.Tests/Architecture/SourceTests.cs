namespace Hybrid.Cli.Tests.Architecture;

/// <summary>Sources stay short, and say nothing that belongs in an issue.</summary>
[TestFixture]
public class SourceTests
{
    const int LongestFile = 300;

    static readonly string[] Sources = [.. Repository.Files("*.cs").Concat(Repository.Files("*.fs"))];

    // Written so that this file does not hold them.
    static readonly string[] Markers = ["TO" + "DO", "FIX" + "ME", "HA" + "CK:", "XX" + "X:"];

    [Test]
    public void Files_are_short()
    {
        var longest = Sources
            .Select(path => (Lines: Repository.Lines(path).Length, Path: path))
            .OrderByDescending(file => file.Lines)
            .Take(5)
            .ToArray();
        var text = string.Join('\n', longest.Select(file => $"{file.Lines,5}  {file.Path}"));
        TestContext.Out.WriteLine(text);
        Assert.That(longest[0].Lines, Is.LessThanOrEqualTo(LongestFile), text);
    }

    [Test]
    public void Nothing_is_left_to_be_done()
    {
        var found = Sources.SelectMany(path => Repository.Lines(path)
            .Select((line, i) => (line, at: $"{path}:{i + 1}"))
            .Where(pair => Markers.Any(pair.line.Contains))
            .Select(pair => pair.at));
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void No_machine_is_named()
    {
        var folders = new[] { "/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "C:\\Us" + "ers" };
        var found = Sources.Where(path => Repository.Lines(path).Any(line => folders.Any(line.Contains)));
        Assert.That(found, Is.Empty);
    }
}
