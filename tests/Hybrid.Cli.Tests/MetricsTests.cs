namespace Hybrid.Cli.Tests;

/// <summary><c>hybrid evaluate --metrics</c>.</summary>
[TestFixture]
public class MetricsTests
{
    [Test]
    public void Scores_of_sprites_come_with_the_account()
    {
        using var folder = new TemporaryFolder();
        var trained = HybridProcess.Run(folder.Path,
            "train", "vae", "--hidden", "none", "--latent", "3", "--epochs", "1", "--out", "run");
        Assert.That(trained.ExitCode, Is.Zero, trained.Errors);
        var outcome = HybridProcess.Run(folder.Path, "evaluate", "run", "--metrics");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        var metrics = outcome.Json.GetProperty("metrics");
        foreach (var name in new[]
        {
            "mig", "sap", "dciDisentanglement", "dciCompleteness", "dciInformativeness", "betaVaeScore", "factorVaeScore",
        })
            Assert.That(metrics.GetProperty(name).GetDouble(), Is.InRange(0, 1), name);
        Assert.That(metrics.GetProperty("migPerFactor").EnumerateObject().Select(factor => factor.Name),
            Is.EqualTo(new[] { "shape", "scale", "orientation", "x", "y" }));
        var again = HybridProcess.Run(folder.Path, "evaluate", "run", "--metrics", "--threads", "1");
        Assert.That(again.Json.GetProperty("metrics").GetRawText(), Is.EqualTo(metrics.GetRawText()));
    }

    [Test]
    public void Images_without_factors_are_refused() =>
        Mistake.Assert(HybridProcess.Run(SharedRun.Folder.Path, "evaluate", "run", "--metrics"), "--metrics", "sprites");
}
