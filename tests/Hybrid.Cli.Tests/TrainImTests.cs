namespace Hybrid.Cli.Tests;

/// <summary><c>hybrid train im</c> as a person types it.</summary>
[TestFixture]
public class TrainImTests
{
    [Test]
    public void It_finds_the_wide_direction_of_a_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["points.csv"], "x,y\n2,0\n-2,0\n0,1\n0,-1\n");
        var outcome = HybridProcess.Run(
            folder.Path, "train", "im", "--data", "points.csv", "--sigma", "1", "--json", "--threads", "1");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        // Variances 2 and ½: the wide one carries ½ ln(1 + 2).
        Assert.That(outcome.Json.GetProperty("informationNats").GetDouble(),
            Is.EqualTo(0.5 * Math.Log(3)).Within(2e-3));
        Assert.That(Math.Abs(outcome.Json.GetProperty("encoder")[0][0].GetDouble()), Is.EqualTo(1).Within(0.02));
    }

    [TestCase("--outputs 3", "--outputs 3", "1 to 2")]
    [TestCase("--sigma 0", "--sigma 0", "1e-3 to 1e3")]
    [TestCase("--steps 0", "--steps 0", "1 to")]
    [TestCase("--lr 0", "--lr 0", "> 0")]
    [TestCase("--data line.csv", "line.csv", "leave out columns")]
    public void A_mistake_is_one_line(string line, string subject, string fix)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["line.csv"], "1,1\n2,2\n3,3\n");
        Mistake.Assert(
            HybridProcess.Run(folder.Path, ["train", "im", .. line.Split(' ')]), subject, fix);
    }
}
