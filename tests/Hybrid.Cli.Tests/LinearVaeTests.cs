using System.Text.Json;

namespace Hybrid.Cli.Tests;

/// <summary>A linear VAE's closed-form optimum is printed beside what training reached.</summary>
[TestFixture]
public class LinearVaeTests
{
    static readonly string[] Linear =
        ["train", "vae", "--data", "digits", "--hidden", "none", "--latent", "3", "--batch", "50", "--epochs", "2"];

    [Test]
    public void Training_and_evaluation_say_the_same_gap()
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        var trained = HybridProcess.Run(
            folder.Path, [.. Linear, "--likelihood", "gaussian", "--sigma", "learn", "--out", "run", "--json"]);
        var evaluated = HybridProcess.Run(folder.Path, "evaluate", "run/checkpoint.safetensors");
        Assert.That((trained.ExitCode, evaluated.ExitCode), Is.EqualTo((0, 0)), trained.Errors + evaluated.Errors);
        var (first, second) = (trained.Json.GetProperty("linear"), evaluated.Json.GetProperty("linear"));
        Assert.That(second.GetRawText(), Is.EqualTo(first.GetRawText()));

        double Nats(string set, string whose, string figure) =>
            first.GetProperty(set).GetProperty(whose).GetProperty(figure).GetDouble();
        Assert.Multiple(() =>
        {
            foreach (var set in (string[])["training", "test"])
                Assert.That(first.GetProperty(set).GetProperty("objectiveGapNats").GetDouble(),
                    Is.EqualTo(Nats(set, "reached", "negativeElboNats") - Nats(set, "optimum", "negativeElboNats"))
                        .Within(1e-9));
            Assert.That(first.GetProperty("training").GetProperty("objectiveGapNats").GetDouble(), Is.Positive);
            Assert.That(first.GetProperty("sigma").GetDouble(), Is.InRange(0.01, 1));
        });
    }

    [Test]
    public void It_is_shown_to_a_reader_too()
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        var shown = HybridProcess.Run(
            folder.Path, [.. Linear, "--likelihood", "gaussian", "--sigma", "0.3", "--beta", "2", "--out", "run"]);
        Assert.That(shown.Output, Does.Contain("probabilistic PCA").And.Contain("σ 0.3000").And.Contain("gap"));
    }

    [Test]
    public void Other_models_have_none() =>
        Assert.That(SharedRun.Training.Json.TryGetProperty("linear", out JsonElement _), Is.False);
}
