namespace Hybrid.Cli.Tests;

/// <summary><c>hybrid train m2</c> as a person types it.</summary>
[TestFixture]
public class TrainM2Tests
{
    static readonly string[] Small = ["--hidden", "16", "--latent", "3", "--batch", "400", "--labels", "30"];

    static Outcome Train(TemporaryFolder folder, params string[] arguments) =>
        HybridProcess.Run(folder.Path, ["train", "m2", .. arguments]);

    [Test]
    public void Trains_resumes_and_is_evaluated_and_drawn()
    {
        using var folder = new TemporaryFolder();
        var trained = Train(folder, [.. Small, "--mi", "0,2", "--epochs", "1", "--out", "whole", "--json"]);
        Assert.That(trained.ExitCode, Is.Zero, trained.Errors);
        Assert.That(trained.Errors.Split('\n').Count(line => line.StartsWith("epoch ")), Is.EqualTo(2));
        var run = trained.Json.GetProperty("runs")[1];
        Assert.That(run.GetProperty("informationWeight").GetDouble(), Is.EqualTo(2));

        // A finished run has nothing to do; its checkpoint holds the same figures on another number of threads.
        var again = Train(folder, "--resume", "whole/mi-2", "--json", "--threads", "1").Json.GetProperty("runs")[0];
        var evaluated = HybridProcess.Run(folder.Path, "evaluate", "whole/mi-2");
        Assert.That(evaluated.ExitCode, Is.Zero, evaluated.Errors);
        string[] names =
            ["labelledBoundNats", "unlabelledBoundNats", "rateNats", "labelInformationNats", "errorPercent", "parametersHash"];
        foreach (var name in names)
        {
            Assert.That(again.GetProperty(name).GetRawText(), Is.EqualTo(run.GetProperty(name).GetRawText()), name);
            Assert.That(evaluated.Json.GetProperty(name).GetRawText(), Is.EqualTo(run.GetProperty(name).GetRawText()), name);
        }
        Assert.That(run.GetProperty("labelInformationNats").GetDouble(),
            Is.InRange(0, run.GetProperty("labelInformationCeilingNats").GetDouble()));

        var sampled = HybridProcess.Run(folder.Path, "sample", "whole/mi-2", "--count", "4");
        Assert.That(sampled.Output, Does.StartWith("6 samples, a row for each class"), sampled.Errors);
        Assert.That(File.Exists(folder["samples.png"]));

        var longer = Train(folder, "--resume", "whole/mi-2", "--epochs", "2", "--json");
        Assert.That(longer.Json.GetProperty("runs")[0].GetProperty("epochs").GetInt32(), Is.EqualTo(2));
    }

    [TestCase("--mi x", "--mi x", "1e-3,1e-2")]
    [TestCase("--mi -1", "--mi -1", "0 to 1e6")]
    [TestCase("--labels 0", "--labels 0", "1 or more")]
    [TestCase("--labels 99999", "--labels 99999", "give fewer")]
    [TestCase("--hidden none", "--hidden none", "one width or more")]
    [TestCase("--data nosuch", "nosuch", "spelling")]
    [TestCase("--resume nosuch --alpha 1", "--alpha", "leave it out")]
    public void A_mistake_is_one_line(string line, string subject, string fix)
    {
        using var folder = new TemporaryFolder();
        var outcome = Train(folder, line.Split(' '));
        Mistake.Assert(outcome, subject, fix);
        Assert.That(folder.Listing(), Is.Empty);
    }
}
