namespace Hybrid.Cli.Tests;

/// <summary>Every distribution of grey pixels from training to pictures.</summary>
[TestFixture]
public class LikelihoodTests
{
    [TestCase("continuous-bernoulli")]
    [TestCase("logistic")]
    [TestCase("logistic-mixture --components 2")]
    [TestCase("categorical --values 17")]
    public void Trains_resumes_bit_for_bit_and_is_evaluated_and_drawn(string likelihood)
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        string[] options =
        [
            "train", "vae", "--json", "--data", "digits", "--hidden", "19", "--latent", "3", "--batch", "50",
            "--likelihood", .. likelihood.Split(' '),
        ];
        Outcome Run(params string[] line)
        {
            var outcome = HybridProcess.Run(folder.Path, line);
            Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
            return outcome;
        }

        var straight = Run([.. options, "--epochs", "2", "--out", "straight"]);
        Run([.. options, "--epochs", "1", "--out", "parts"]);
        var resumed = Run("train", "vae", "--json", "--resume", "parts", "--epochs", "2", "--threads", "1");
        Assert.That(resumed.Hash, Is.EqualTo(straight.Hash));
        Assert.That(resumed.Test, Is.EqualTo(straight.Test));

        var evaluated = Run("evaluate", "straight/checkpoint.safetensors");
        var test = straight.Json.GetProperty("test");
        foreach (var figure in (string[])["negativeElboNats", "bitsPerDim"])
            Assert.That(evaluated.Json.GetProperty(figure).GetDouble(), Is.EqualTo(test.GetProperty(figure).GetDouble()));
        Run("sample", "straight", "--count", "4");
        Run("reconstruct", "straight", "--count", "4");
        Assert.That(File.Exists(folder["samples.png"]) && File.Exists(folder["reconstructions.png"]));
    }
}
