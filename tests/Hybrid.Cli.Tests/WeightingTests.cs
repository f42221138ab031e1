namespace Hybrid.Cli.Tests;

/// <summary><c>hybrid weighting</c>.</summary>
[TestFixture]
public class WeightingTests
{
    static (string Output, string Errors, int ExitCode) Run(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var outcome = HybridProcess.Run(folder.Path, ["weighting", .. arguments]);
        return (outcome.Output, outcome.Errors, outcome.ExitCode);
    }

    [TestCase("simple", "eps", "cosine", false)]
    [TestCase("simple", "v", "cosine", true)]
    [TestCase("simple", "eps", "linear-log-snr", true)]
    [TestCase("min-snr:5", "v", "cosine", false)]
    [TestCase("sigmoid", "v", "sigmoid", true)]
    public void Says_whether_the_loss_is_a_mixture(string weight, string target, string schedule, bool mixture)
    {
        var (output, errors, exitCode) = Run(weight, "--target", target, "--schedule", schedule);
        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output.TrimEnd(), Does.EndWith(mixture ? ": a mixture of ELBOs" : ": no mixture of ELBOs"));
        Assert.That(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(11));
    }

    [Test]
    public void Draws_the_curve()
    {
        using var folder = new TemporaryFolder();
        var outcome = HybridProcess.Run(folder.Path, "weighting", "edm:0.5", "--svg", "new/w.svg");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        Assert.That(File.ReadAllText(folder["new/w.svg"]), Does.Contain("no mixture of ELBOs").And.Contain("w(λ)"));
    }

    [TestCase("give simple, vlb", "max-snr")]
    [TestCase("is not a number", "min-snr:five")]
    [TestCase("is not above 0", "p2:0")]
    [TestCase("takes 0 numbers", "vlb:1")]
    [TestCase("give one of linear, cosine", "vlb", "--schedule", "cosin")]
    [TestCase("give one of eps", "vlb", "--target", "epsilon")]
    public void Says_what_is_wrong(string words, params string[] arguments)
    {
        var (output, errors, exitCode) = Run(arguments);
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain(words));
        Assert.That(errors.TrimEnd(), Does.Not.Contain("\n"));
        Assert.That(output, Is.Empty);
    }
}
