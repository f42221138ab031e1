using System.Text.Json;

namespace Hybrid.Cli.Tests;

/// <summary><c>hybrid sweep rate-distortion</c>: its table, its files, its end, and its mistakes.</summary>
[TestFixture]
public class SweepTests
{
    static readonly string[] Small =
        ["sweep", "rate-distortion", "--data", "digits", "--hidden", "12", "--latent", "2", "--batch", "60"];

    [Test]
    public void Draws_a_frontier_and_prints_its_table()
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        var outcome = HybridProcess.Run(folder.Path, [.. Small, "--epochs", "1", "--betas", "2,0.5,1"]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        Assert.That(outcome.Errors, Is.Empty);
        var lines = outcome.Output.TrimEnd().Split('\n');
        Assert.That(lines.Where(line => line.StartsWith('β')), Is.EqualTo(
            new[] { "β 0.5 · 1 of 3", "β 1 · 2 of 3", "β 2 · 3 of 3" }));
        Assert.That(lines.Count(line => line.StartsWith("  epoch ")), Is.EqualTo(3));
        Assert.That(lines[^1], Is.EqualTo("finished · runs/frontier-1/frontier.svg"));
        Assert.That(File.Exists(folder["runs/frontier-1/frontier.svg"]));
        using var json = JsonDocument.Parse(File.ReadAllText(folder["runs/frontier-1/frontier.json"]));
        var points = json.RootElement.GetProperty("points").EnumerateArray().ToArray();
        Assert.That(points.Select(point => point.GetProperty("beta").GetDouble()), Is.EqualTo(new[] { 0.5, 1, 2 }));
        foreach (var point in points)
        {
            double Nats(string name) => point.GetProperty(name + "Nats").GetDouble();
            Assert.That(Nats("entropyMinusDistortion"), Is.LessThanOrEqualTo(Nats("mutualInformation")));
            // Both are estimates from the same draws; the bound is exact on average.
            Assert.That(Nats("mutualInformation"), Is.LessThanOrEqualTo(Nats("rate") + 0.1));
        }
        // A point is a run like any other.
        var evaluated = HybridProcess.Run(folder.Path, "evaluate", "runs/frontier-1/beta-2/checkpoint.safetensors");
        Assert.That(evaluated.Json.GetProperty("klNats").GetRawText(),
            Is.EqualTo(points[2].GetProperty("rateNats").GetRawText()));
    }

    /// <remarks>
    /// 3,000 lines a β are more than a pipe holds: until they are read the sweep waits, and cannot be over before the
    /// signal comes.
    /// </remarks>
    [Test]
    public void Ctrl_C_leaves_what_continues_to_the_same_frontier()
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        string[] asked = ["sweep", "rate-distortion", "--json", "--data", "digits", "--hidden", "none", "--latent", "2",
            "--batch", "540", "--epochs", "3000", "--betas", "1,2"];
        using var hybrid = HybridProcess.Start(folder.Path, [.. asked, "--out", "stopped"]);
        hybrid.AwaitError("β 2 · 2 of 2");
        hybrid.PressControlC();
        var stopped = hybrid.Finish();
        Assert.That(stopped.ExitCode, Is.EqualTo(130), stopped.Errors);
        Assert.That(stopped.Errors, Does.Contain("hybrid sweep rate-distortion --resume stopped"));
        Assert.That(stopped.Json.GetProperty("points").GetArrayLength(), Is.EqualTo(1));
        Assert.That(Directory.GetFiles(folder["stopped"], ".*", SearchOption.AllDirectories), Is.Empty);

        var resumed = HybridProcess.Run(folder.Path, "sweep", "rate-distortion", "--json", "--resume", "stopped");
        Assert.That(resumed.ExitCode, Is.Zero, resumed.Errors);
        Assert.That(resumed.Errors, Does.Not.Contain("β 1 · "));
        var straight = HybridProcess.Run(folder.Path, [.. asked, "--out", "straight"]);
        Assert.That(resumed.Output, Is.EqualTo(straight.Output));
    }

    static IEnumerable<TestCaseData> Mistakes()
    {
        TestCaseData Case(string line, string subject, string fix) =>
            new TestCaseData(line, subject, fix).SetArgDisplayNames(line);
        yield return Case("--betas 1,x", "--betas 1,x", "0.5,1,2");
        yield return Case("--betas 1,2,1", "--betas 1", "once");
        yield return Case("--betas 1,-2", "--beta -2", "0 to 1e6");
        yield return Case("--beta 1", "--beta", "--help");
        yield return Case("--latent 0", "--latent 0", "1 to 4,096");
        yield return Case("--data nosuch", "nosuch", "spelling");
        yield return Case("--batch 8001", "--batch 8001", "smaller batch");
        yield return Case("--resume nosuch", "nosuch/frontier.json", "spelling");
        yield return Case("--resume nosuch --betas 1", "--betas", "--resume");
    }

    [TestCaseSource(nameof(Mistakes))]
    public void A_mistake_is_one_line_and_leaves_nothing(string line, string subject, string fix)
    {
        using var folder = new TemporaryFolder();
        var outcome = HybridProcess.Run(folder.Path, ["sweep", "rate-distortion", .. line.Split(' ')]);
        Mistake.Assert(outcome, subject, fix);
        Assert.That(folder.Listing(), Is.Empty);
    }
}
