using Spectre.Console;

namespace Hybrid.Bench.Tests;

public class SpeedTests
{
    /// <summary>What a time limit cuts off leaves in the file what it has measured.</summary>
    [Test]
    public void The_report_has_every_ladder_as_soon_as_it_is_timed()
    {
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(TextWriter.Null) });
        var seen = new List<int>();
        BenchRun run = null!;
        run = new(console, quick: true) { Measured = () => seen.Add(run.Report.Ladders!.Count) };

        run.Speed(new("KlColumns"));

        Assert.That(seen, Is.EqualTo(new[] { 1, 2 }));
    }
}
