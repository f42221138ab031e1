namespace Hybrid.Cli.Tests;

/// <summary>Diffusions of pictures from <c>hybrid train diffusion</c> to a sheet, a film strip and bits.</summary>
[TestFixture]
public class TrainPicturesTests
{
    [TestCase("mlp", "--width 16 --layers 1")]
    [TestCase("dit", "--width 12 --layers 1 --heads 3 --patch 13")]
    [TestCase("unet", "--channels 8 --multipliers 1")]
    public void It_trains_continues_evaluates_and_samples(string network, string sizes)
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        Outcome Run(params string[] line)
        {
            var outcome = HybridProcess.Run(folder.Path, line);
            Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
            return outcome;
        }
        string[] train = ["train", "diffusion", "--json", "--data", "digits", "--network", network,
            "--features", "8", "--batch", "90", "--lr-schedule", "constant", .. sizes.Split(' ')];
        var straight = Run([.. train, "--epochs", "2", "--out", "straight"]);
        Run([.. train, "--epochs", "1", "--out", "parts", "--threads", "1"]);
        Assert.That(Run("train", "diffusion", "--json", "--resume", "parts", "--epochs", "2").Hash,
            Is.EqualTo(straight.Hash));

        var evaluated = Run("evaluate", "straight", "--rows", "20");
        Assert.That(evaluated.Hash, Is.EqualTo(straight.Hash));
        foreach (var name in (string[])["vlb", "itd"])
        {
            var estimate = evaluated.Json.GetProperty(name);
            double Of(string figure) => estimate.GetProperty(figure).GetDouble();
            Assert.That(Of("bitsPerDim"), Is.EqualTo(Of("nats") / Math.Log(2) / 169).Within(1e-9), name);
            Assert.That(Of("standardErrorBitsPerDim"), Is.InRange(1e-9, 1), name);
        }
        Assert.That(evaluated.Json.TryGetProperty("ode", out _), Is.False);

        Run("sample", "straight", "--count", "5", "--steps", "3", "--chain", "chain.png");
        foreach (var file in (string[])["samples.png", "chain.png"])
            Assert.That(File.ReadAllBytes(folder[file])[..4], Is.EqualTo(new byte[] { 0x89, 0x50, 0x4e, 0x47 }), file);

        Mistake.Assert(HybridProcess.Run(folder.Path, "evaluate", "straight", "--likelihood", "ode"),
            "--likelihood ode", "give vlb,itd");
        Mistake.Assert(HybridProcess.Run(folder.Path, "evaluate", "straight", "--data", "moons"),
            "--data moons", "give data of the model's size");
    }

    [TestCase("--data moons --network dit", "--network dit", "--network mlp")]
    [TestCase("--data digits --network dit --patch 4", "--patch 4", "divisor of both sides")]
    [TestCase("--data digits --network dit --heads 3", "--heads 3", "divisor of --width")]
    [TestCase("--data moons --network unet", "--network unet", "--network mlp")]
    [TestCase("--data digits --network unet", "--channels 32 --multipliers 1,2,2", "multiples of 4")]
    [TestCase("--data digits --network unet --channels 12 --multipliers 1", "--channels 12 --multipliers 1", "divisor")]
    [TestCase("--data digits --network unet --multipliers 1,x", "--multipliers 1,x", "such as 1,2,2")]
    [TestCase("--data mnist:nowhere", "nowhere", "")]
    public void A_mistake_is_one_line(string line, string subject, string fix)
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        var before = folder.Listing();
        Mistake.Assert(
            HybridProcess.Run(folder.Path, ["train", "diffusion", .. line.Split(' ')]), subject, fix);
        Assert.That(folder.Listing(), Is.EqualTo(before), "something was left behind");
    }

    [Test]
    public void Points_have_no_film_strip()
    {
        using var folder = new TemporaryFolder();
        Assert.That(HybridProcess.Run(folder.Path, "train", "diffusion", "--data", "scg", "--width", "8", "--layers", "1",
            "--batch", "5000", "--epochs", "1", "--out", "points").ExitCode, Is.Zero);
        Mistake.Assert(HybridProcess.Run(folder.Path, "sample", "points", "--chain", "c.png"), "--chain", "leave it out");
    }
}
