using System.Text.Json;

namespace Hybrid.Cli.Tests;

/// <summary><c>hybrid train hvae</c> as a person types it.</summary>
[TestFixture]
public class TrainHvaeTests
{
    static readonly string[] Small =
        ["--data", "digits", "--hidden", "24", "--between", "9", "--batch", "60", "--json"];

    static Outcome Train(TemporaryFolder folder, params string[] arguments) =>
        HybridProcess.Run(folder.Path, ["train", "hvae", .. arguments]);

    [TestCase("bottom-up", 0)]
    [TestCase("top-down", 2)]
    public void A_run_is_trained_resumed_evaluated_and_drawn_from(string inference, int gaussian)
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        string[] options = ["--latents", "5,4,3", "--inference", inference, "--remedy", "anneal:1", "--epochs", "2"];
        var whole = Train(folder, [.. Small, .. options, "--out", "whole"]);
        Assert.That(whole.ExitCode, Is.Zero, whole.Errors);
        Assert.That(whole.Errors.Split('\n').Count(line => line.StartsWith("epoch ")), Is.EqualTo(2));
        Assert.That(whole.Errors, Does.Contain($"hvae 169-24-z5-z4-z3 {inference} Bernoulli"));
        var test = whole.Json.GetProperty("test");
        JsonElement[] levels = [.. test.GetProperty("levels").EnumerateArray()];
        Assert.That(
            levels.Select(level => level.GetProperty("dimensions").GetInt32()), Is.EqualTo(new[] { 5, 4, 3 }));
        Assert.That(Nats(test, "negativeElboNats"), Is.EqualTo(
            Nats(test, "reconstructionNats") + levels.Sum(level => Nats(level, "rateNats"))).Within(1e-9));
        for (var t = 0; t < 3; t++)
            Assert.That(levels[t].GetProperty("mutualInformationNats").ValueKind,
                Is.EqualTo(t == gaussian ? JsonValueKind.Number : JsonValueKind.Null));

        if (gaussian == 0)
            Assert.That(Nats(test, "marginalKlNats"), Is.EqualTo(
                Nats(test, "rateNats") - Nats(levels[0], "mutualInformationNats")).Within(1e-9));

        // A finished run has nothing to do; its checkpoint holds the same figures on another number of threads.
        var hash = whole.Json.GetProperty("parametersHash").GetString();
        var again = Train(folder, "--resume", "whole", "--json", "--threads", "1");
        Assert.That(again.Json.GetProperty("parametersHash").GetString(), Is.EqualTo(hash), again.Errors);
        var evaluated = HybridProcess.Run(folder.Path, "evaluate", "whole", "--nll", "30");
        Assert.That(evaluated.ExitCode, Is.Zero, evaluated.Errors);
        Assert.That(evaluated.Json.GetProperty("parametersHash").GetString(), Is.EqualTo(hash));
        Assert.That(evaluated.Json.GetProperty("inference").GetString(), Is.EqualTo(inference));
        foreach (var name in new[] { "negativeElboNats", "reconstructionNats", "levels", "verdict" })
            Assert.That(evaluated.Json.GetProperty(name).GetRawText(),
                Is.EqualTo(test.GetProperty(name).GetRawText()), name);
        Assert.That(
            Nats(evaluated.Json.GetProperty("nll"), "nats"), Is.LessThan(Nats(test, "negativeElboNats")));

        var sampled = HybridProcess.Run(folder.Path, "sample", "whole", "--count", "5", "--out", "five.png");
        Assert.That(sampled.Output, Does.StartWith("5 samples · five.png"), sampled.Errors);
        Assert.That(
            File.ReadAllBytes(folder["five.png"])[..4], Is.EqualTo(new byte[] { 0x89, 0x50, 0x4E, 0x47 }));

        var pairs = HybridProcess.Run(folder.Path, "reconstruct", "whole", "--count", "70", "--out", "pairs.png");
        Assert.That(pairs.Output, Does.StartWith("60 pairs · pairs.png"), pairs.Errors);

        var longer = Train(folder, "--resume", "whole", "--epochs", "3", "--json");
        Assert.That(longer.Json.GetProperty("epochs").GetInt32(), Is.EqualTo(3), longer.Errors);
    }

    static double Nats(JsonElement of, string name) => of.GetProperty(name).GetDouble();

    [Test]
    public void One_level_is_what_train_vae_makes()
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        var one = Train(folder, "--data", "digits", "--hidden", "24", "--latents", "3", "--epochs", "2",
            "--batch", "60", "--json", "--out", "one");
        Assert.That(one.Json.GetProperty("parametersHash").GetString(),
            Is.EqualTo(SharedRun.Training.Json.GetProperty("parametersHash").GetString()), one.Errors);
    }

    [Test]
    public void Help_names_it_with_its_papers()
    {
        using var folder = new TemporaryFolder();
        Assert.That(HybridProcess.Run(folder.Path, "train", "--help").Output,
            Does.Contain("hvae").And.Contain("Sønderby"));
        Assert.That(Train(folder, "--help").Output, Does.Contain("--latents").And.Not.Contain("--prior"));
    }

    [TestCase("--latents 3,x", "--latents 3,x", "whole numbers")]
    [TestCase("--latents none", "--latents none", "1 to 50 levels")]
    [TestCase("--latents 3,0", "--latents 3,0", "1 to 4,096")]
    [TestCase("--between x", "--between x", "whole numbers")]
    [TestCase("--inference sideways", "--inference sideways", "bottom-up or top-down")]
    [TestCase("--latent 3", "--latent", "--latents")]
    [TestCase("--prior mog", "--prior", "leave it out")]
    [TestCase("--objective iwae:5", "--objective", "leave it out")]
    [TestCase("--remedy capacity", "--remedy capacity", "cyclical or free-bits")]
    [TestCase("--data nosuch", "nosuch", "spelling")]
    [TestCase("--resume nosuch", "nosuch", "spelling")]
    [TestCase("--resume nosuch --latents 1", "--latents", "leave it out")]
    public void A_mistake_is_one_line(string line, string subject, string fix)
    {
        using var folder = new TemporaryFolder();
        var outcome = Train(folder, line.Split(' '));
        Mistake.Assert(outcome, subject, fix);
        Assert.That(folder.Listing(), Is.Empty);
    }

    [Test]
    public void What_is_of_one_level_is_refused_of_its_file()
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        Assert.That(Train(folder, [.. Small, "--latents", "2,2", "--epochs", "1", "--out", "run"]).ExitCode, Is.Zero);
        Mistake.Assert(HybridProcess.Run(folder.Path, "evaluate", "run", "--metrics"), "--metrics", "leave it out");
        Mistake.Assert(HybridProcess.Run(folder.Path, "holes", "run"),
            Path.Combine("run", "checkpoint.safetensors"), "train vae");
    }
}
