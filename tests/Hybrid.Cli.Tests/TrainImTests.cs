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

    /// <summary>What it leaves is what it said, and more steps go on from there.</summary>
    [Test]
    public void A_resumed_run_has_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["points.csv"], "x,y,z\n2,0,1\n-2,0,1\n0,1,0\n0,-1,-1\n1,1,1\n");
        string[] train = ["train", "im", "--data", "points.csv", "--outputs", "2", "--seed", "3"];
        var whole = HybridProcess.Run(folder.Path, [.. train, "--steps", "40", "--out", "whole", "--json"]);
        Assert.That(whole.ExitCode, Is.Zero, whole.Errors);
        Assert.That(whole.Json.GetProperty("finished").GetBoolean());

        // Nothing left to do; on another number of threads.
        var again = HybridProcess.Run(
            folder.Path, "train", "im", "--resume", "whole/checkpoint.safetensors", "--threads", "1", "--json");
        Assert.That(again.Json.GetProperty("encoder").GetRawText(), Is.EqualTo(whole.Json.GetProperty("encoder").GetRawText()));
        var evaluated = HybridProcess.Run(folder.Path, "evaluate", "whole").Json;
        string[] names = ["encoder", "informationNats", "dataEntropyNats", "steps", "rows"];
        foreach (var name in names)
            Assert.That(evaluated.GetProperty(name).GetRawText(), Is.EqualTo(whole.Json.GetProperty(name).GetRawText()), name);

        var longer = HybridProcess.Run(
            folder.Path, "train", "im", "--resume", "whole", "--steps", "60", "--json");
        Assert.That(longer.Json.GetProperty("steps").GetInt32(), Is.EqualTo(60));
        Mistake.Assert(HybridProcess.Run(folder.Path, "train", "im", "--resume", "whole", "--steps", "50"),
            "--steps 50", "give more");
        Mistake.Assert(HybridProcess.Run(folder.Path, "train", "im", "--resume", "whole", "--sigma", "1"),
            "--sigma", "leave it out");
        Mistake.Assert(HybridProcess.Run(folder.Path, [.. train, "--out", "whole"]), "whole", "--resume");
        Mistake.Assert(HybridProcess.Run(folder.Path, "sample", "whole"), "checkpoint.safetensors", "hybrid evaluate");
        File.AppendAllText(folder["points.csv"], "3,3,3\n");
        Mistake.Assert(HybridProcess.Run(folder.Path, "train", "im", "--resume", "whole"), "checkpoint.safetensors",
            "put them back");
    }

    [TestCase("--outputs 3", "--outputs 3", "1 to 2")]
    [TestCase("--outputs 0", "--outputs 0", "1 or more")]
    [TestCase("--resume nosuch", "nosuch", "spelling")]
    [TestCase("--sigma 0", "--sigma 0", "1e-3 to 1e3")]
    [TestCase("--steps 0", "--steps 0", "1 to")]
    [TestCase("--lr 0", "--lr 0", "> 0")]
    [TestCase("--data line.csv", "line.csv", "leave out columns")]
    public void A_mistake_is_one_line(string line, string subject, string fix)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["line.csv"], "1,1\n2,2\n3,3\n");
        var before = folder.Listing();
        Mistake.Assert(
            HybridProcess.Run(folder.Path, ["train", "im", .. line.Split(' ')]), subject, fix);
        Assert.That(folder.Listing(), Is.EqualTo(before), "something was left behind");
    }
}
