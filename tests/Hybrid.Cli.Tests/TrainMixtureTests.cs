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

    [Test]
    public void What_it_fitted_is_evaluated_and_drawn_from()
    {
        using var folder = new TemporaryFolder();
        var fitted = HybridProcess.Run(
            folder.Path, "train", "mixture", "--components", "4", "--steps", "20", "--out", "a", "--json");
        Assert.That(fitted.ExitCode, Is.Zero, fitted.Errors);
        var evaluated = HybridProcess.Run(folder.Path, "evaluate", "a");
        Assert.That(evaluated.ExitCode, Is.Zero, evaluated.Errors);
        Assert.That(evaluated.Json.GetProperty("rows").GetInt32(), Is.EqualTo(10_000));
        // The same densities, added batch by batch or all together.
        var logLikelihood = fitted.Json.GetProperty("logLikelihoodNats").GetDouble();
        Assert.That(evaluated.Json.GetProperty("logLikelihoodNats").GetDouble(), Is.EqualTo(logLikelihood).Within(1e-12));
        Assert.That(evaluated.Json.GetProperty("standardErrorNats").GetDouble(), Is.InRange(1e-4, 0.1));

        // Points of its own are as likely as those that it was fitted to, and a fit to them finds it again.
        var drawn = HybridProcess.Run(
            folder.Path, "sample", "a/mixture.safetensors", "--count", "20000", "--seed", "5", "--out", "own.csv");
        Assert.That(drawn.Output, Is.EqualTo("20000 samples · own.csv\n"), drawn.Errors);
        Assert.That(File.ReadLines(folder["own.csv"]).First(), Is.EqualTo("x1,x2"));
        var own = HybridProcess.Run(folder.Path, "evaluate", "a", "--data", "own.csv").Json;
        Assert.That(own.GetProperty("rows").GetInt32(), Is.EqualTo(20_000));
        Assert.That(own.GetProperty("logLikelihoodNats").GetDouble(), Is.EqualTo(logLikelihood).Within(0.1));
        var again = HybridProcess.Run(
            folder.Path, "sample", "a", "--count", "20000", "--seed", "5", "--threads", "1", "--out", "again.csv");
        Assert.That(again.ExitCode, Is.Zero, again.Errors);
        Assert.That(File.ReadAllBytes(folder["again.csv"]), Is.EqualTo(File.ReadAllBytes(folder["own.csv"])));

        File.WriteAllText(folder["wide.csv"], "1,2,3\n2,3,5\n");
        Mistake.Assert(
            HybridProcess.Run(folder.Path, "evaluate", "a", "--data", "wide.csv"), "wide.csv", "fitted to");
        Mistake.Assert(HybridProcess.Run(folder.Path, "evaluate", "a", "--nll", "5"), "--nll", "leave it out");
        Mistake.Assert(HybridProcess.Run(folder.Path, "evaluate", "a", "--metrics"), "--metrics", "leave it out");
        Mistake.Assert(HybridProcess.Run(folder.Path, "reconstruct", "a"), "mixture.safetensors", "hybrid train vae");
        Mistake.Assert(HybridProcess.Run(folder.Path, "sample", "a", "--count", "0"), "--count 0", "1 to 1,000,000");
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
