namespace Hybrid.Cli.Tests;

/// <summary><c>hybrid train mixture</c> as a person types it.</summary>
[TestFixture]
public class TrainMixtureTests
{
    [Test]
    public void It_fits_resumes_and_prints_json()
    {
        using var folder = new TemporaryFolder();
        var first = HybridProcess.Run(
            folder.Path, "train", "mixture", "--components", "6", "--steps", "3", "--out", "a");
        Assert.That(first.ExitCode, Is.Zero, first.Errors);
        var lines = first.Output.TrimEnd().Split('\n');
        Assert.That(lines.Count(line => line.StartsWith("step ")), Is.EqualTo(3));
        Assert.That(lines[^1], Does.StartWith("stopped · log p").And.EndsWith("a/mixture.safetensors"));

        var resumed = HybridProcess.Run(
            folder.Path, "train", "mixture", "--resume", "a", "--steps", "2", "--out", "b", "--json");
        var whole = HybridProcess.Run(
            folder.Path, "train", "mixture", "--components", "6", "--steps", "5", "--out", "c", "--json",
            "--threads", "1");
        foreach (var name in new[] { "logLikelihoodNats", "weights", "means", "logVariances" })
            Assert.That(resumed.Json.GetProperty(name).GetRawText(),
                Is.EqualTo(whole.Json.GetProperty(name).GetRawText()), name);
    }

    [TestCase("--components 0", "--components 0", "1 to 65,536")]
    [TestCase("--components 10001", "--components 10001", "fewer")]
    [TestCase("--steps 0", "--steps 0", "1 to")]
    [TestCase("--tolerance -1", "--tolerance -1", "from 0")]
    [TestCase("--data nosuch.csv", "nosuch.csv", "spelling")]
    [TestCase("--resume nosuch", "nosuch", "spelling")]
    public void A_mistake_is_one_line(string line, string subject, string fix)
    {
        using var folder = new TemporaryFolder();
        var outcome = HybridProcess.Run(folder.Path, ["train", "mixture", "--out", "run", .. line.Split(' ')]);
        Mistake.Assert(outcome, subject, fix);
        Assert.That(folder.Listing(), Is.Empty);
    }
}
