namespace Hybrid.Cli.Tests;

/// <summary><c>hybrid train diffusion</c>, and <c>evaluate</c> and <c>sample</c> of what it leaves.</summary>
[TestFixture]
public class TrainDiffusionTests
{
    static readonly string[] Small =
        ["--width", "16", "--layers", "1", "--features", "8", "--batch", "500", "--epochs", "2", "--threads", "1"];

    [Test]
    public void It_trains_continues_evaluates_and_samples()
    {
        using var folder = new TemporaryFolder();
        string[] train = ["train", "diffusion", "--data", "scg", .. Small];
        var whole = HybridProcess.Run(folder.Path, [.. train, "--out", "whole", "--json"]);
        Assert.That(whole.ExitCode, Is.Zero, whole.Errors);
        Assert.That(whole.Json.GetProperty("finished").GetBoolean());

        // Nothing left to do; on another number of threads.
        var again = HybridProcess.Run(
            folder.Path, "train", "diffusion", "--resume", "whole", "--threads", "2", "--json");
        Assert.That(again.Hash, Is.EqualTo(whole.Hash), again.Errors);
        var longer = HybridProcess.Run(
            folder.Path, "train", "diffusion", "--resume", "whole/checkpoint.safetensors", "--epochs", "3", "--json");
        Assert.That(longer.Json.GetProperty("epochs").GetInt32(), Is.EqualTo(3), longer.Errors);
        Assert.That(longer.Hash, Is.Not.EqualTo(whole.Hash));

        var evaluated = HybridProcess.Run(folder.Path, "evaluate", "whole", "--likelihood", "itd,vlb,ode", "--rows", "30");
        Assert.That(evaluated.ExitCode, Is.Zero, evaluated.Errors);
        Assert.That(evaluated.Hash, Is.EqualTo(longer.Hash));
        Assert.That(evaluated.Json.GetProperty("entropyNats").GetDouble(), Is.EqualTo(1.218489).Within(5e-7));
        foreach (var name in (string[])["vlb", "itd", "ode"])
        {
            var estimate = evaluated.Json.GetProperty(name);
            Assert.That(estimate.GetProperty("nats").GetDouble(), Is.InRange(0, 5), name);
            Assert.That(estimate.GetProperty("standardErrorNats").GetDouble(), Is.InRange(1e-9, 1), name);
        }
        var one = HybridProcess.Run(folder.Path, "evaluate", "whole", "--likelihood", "vlb", "--rows", "30").Json;
        Assert.That(one.GetProperty("vlb").GetRawText(),
            Is.EqualTo(evaluated.Json.GetProperty("vlb").GetRawText()));
        Assert.That(one.TryGetProperty("ode", out _), Is.False);

        foreach (var sampler in (string[])["ddpm", "ddpm --variance measured", "ddpm --variance 0.3",
            "ddim --eta 0.5", "euler", "heun", "dpm++2m", "dpm++sde", "unipc"])
        {
            var sampled = HybridProcess.Run(folder.Path, ["sample", "whole", "--count", "7", "--steps", "4",
                "--out", "points.csv", "--sampler", .. sampler.Split(' ')]);
            Assert.That(sampled.ExitCode, Is.Zero, sampled.Errors);
            var lines = File.ReadAllLines(folder["points.csv"]);
            Assert.That(lines, Has.Length.EqualTo(8));
            Assert.That(lines[0], Is.EqualTo("x1,x2"));
            Assert.That(lines[1].Split(',').All(text =>
                double.IsFinite(double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))), sampler);
        }

        Mistake.Assert(HybridProcess.Run(folder.Path, [.. train, "--out", "whole"]), "whole", "--resume");
        Mistake.Assert(HybridProcess.Run(folder.Path, "train", "diffusion", "--resume", "whole", "--width", "9"),
            "--width", "leave it out");
        Mistake.Assert(HybridProcess.Run(folder.Path, "evaluate", "whole", "--likelihood", "elbo"),
            "--likelihood elbo", "give vlb");
        Mistake.Assert(HybridProcess.Run(folder.Path, "evaluate", "whole", "--nll", "9"), "--nll", "leave it out");
        Mistake.Assert(HybridProcess.Run(folder.Path, "sample", "whole", "--sampler", "best"), "--sampler best", "give ddpm");
        Mistake.Assert(HybridProcess.Run(folder.Path, "sample", "whole", "--sampler", "heun", "--eta", "1"),
            "--eta 1", "--sampler ddim");
        Mistake.Assert(HybridProcess.Run(folder.Path, "sample", "whole", "--steps", "0"), "--steps 0", "give 1 to");
        Mistake.Assert(HybridProcess.Run(folder.Path, "sample", "whole", "--sampler", "ddpm", "--variance", "2"),
            "--variance 2", "measured");
        Mistake.Assert(HybridProcess.Run(folder.Path, "sample", "whole", "--variance", "posterior"),
            "--variance posterior", "--sampler ddpm");
        foreach (var option in (string[])["--class", "--guidance", "--rescale"])
            Mistake.Assert(HybridProcess.Run(folder.Path, "sample", "whole", option, "1"), option, "leave it out");
        Mistake.Assert(HybridProcess.Run(folder.Path, "evaluate", "whole", "--map", "m.png"), "--map", "--classes");
    }

    [Test]
    public void It_is_told_classes()
    {
        using var folder = new TemporaryFolder();
        Outcome Run(params string[] line)
        {
            var outcome = HybridProcess.Run(folder.Path, line);
            Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
            return outcome;
        }
        string[] train =
            ["train", "diffusion", "--data", "rings", "--classes", "--class-dropout", "0.5", "--json", .. Small];
        var whole = Run([.. train, "--out", "whole"]);
        Assert.That(Run("train", "diffusion", "--resume", "whole", "--json").Hash, Is.EqualTo(whole.Hash));

        var evaluated = Run("evaluate", "whole", "--rows", "30").Json;
        foreach (var way in (string[])["vlb", "ode"])
            Assert.That(evaluated.GetProperty("told").GetProperty(way).GetProperty("nats").GetDouble(),
                Is.InRange(-5, 9), way);
        Assert.That(evaluated.GetProperty("told").TryGetProperty("itd", out _), Is.False);
        var information = evaluated.GetProperty("information");
        Assert.That(information.GetProperty("entropyOfClassesNats").GetDouble(), Is.InRange(0.5, Math.Log(3)));
        Assert.That(information.GetProperty("exactNats").GetDouble(), Is.InRange(0.5, 2));
        Assert.That(information.GetProperty("orthogonalNats").GetDouble(), Is.GreaterThan(0));

        string[] Sample(params string[] options)
        {
            Run(["sample", "whole", "--count", "7", "--steps", "4", "--out", "points.csv", .. options]);
            return File.ReadAllLines(folder["points.csv"]);
        }
        var inTurn = Sample();
        Assert.That(inTurn[0], Is.EqualTo("x1,x2,class"));
        Assert.That(inTurn.Skip(1).Select(line => line[^1]), Is.EqualTo("0120120"));
        Assert.That(Sample("--class", "2").Skip(1).Select(line => line[^1]), Is.All.EqualTo('2'));
        Assert.That(Sample("--guidance", "3"), Is.Not.EqualTo(inTurn));
        Assert.That(Sample("--guidance", "3", "--rescale", "0.7"), Is.Not.EqualTo(Sample("--guidance", "3")));
        Assert.That(Sample("--sampler", "ddpm", "--variance", "measured"), Has.Length.EqualTo(8));

        Mistake.Assert(HybridProcess.Run(folder.Path, "sample", "whole", "--class", "3"), "--class 3", "give 0 to 2");
        Mistake.Assert(HybridProcess.Run(folder.Path, "sample", "whole", "--guidance", "-1"), "--guidance -1", "0 to 100");
        Mistake.Assert(HybridProcess.Run(folder.Path, "sample", "whole", "--rescale", "2"), "--rescale 2", "0 to 1");
        Mistake.Assert(HybridProcess.Run(folder.Path, "evaluate", "whole", "--map", "m.png"), "--map", "--classes");
    }

    [TestCase("--target eps --zero-terminal", "--target eps", "use v-prediction")]
    [TestCase("--target edm", "--target edm", "use one of them")]
    [TestCase("--target u", "--target u", "give one of")]
    [TestCase("--schedule wavy", "--schedule wavy", "give one of")]
    [TestCase("--weight heavy", "heavy", "give simple")]
    [TestCase("--times late", "--times late", "give uniform")]
    [TestCase("--ema 1", "--ema 1", "below 1")]
    [TestCase("--features 7", "--features 7", "even")]
    [TestCase("--data swirl --classes", "--data swirl", "moons")]
    [TestCase("--data moons --classes --class-dropout 1", "--class-dropout 1", "between 0 and 1")]
    [TestCase("--batch 20000", "--batch 20000", "smaller")]
    [TestCase("--data nosuch.csv", "nosuch.csv", "spelling")]
    [TestCase("--resume nosuch", "nosuch", "spelling")]
    public void A_mistake_is_one_line(string line, string subject, string fix)
    {
        using var folder = new TemporaryFolder();
        var before = folder.Listing();
        Mistake.Assert(
            HybridProcess.Run(folder.Path, ["train", "diffusion", .. line.Split(' ')]), subject, fix);
        Assert.That(folder.Listing(), Is.EqualTo(before), "something was left behind");
    }
}
