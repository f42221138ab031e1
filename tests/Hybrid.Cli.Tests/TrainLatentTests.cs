namespace Hybrid.Cli.Tests;

/// <summary>A VAE, a diffusion of its codes, and both in one account.</summary>
[TestFixture]
public class TrainLatentTests
{
    [Test]
    public void A_diffusion_becomes_the_prior_of_a_vae()
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        Outcome Run(params string[] line)
        {
            var outcome = HybridProcess.Run(folder.Path, line);
            Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
            return outcome;
        }
        Run("train", "vae", "--json", "--data", "digits", "--hidden", "16", "--latent", "3", "--batch", "30",
            "--epochs", "2", "--out", "vae");
        string[] train = ["train", "diffusion", "--json", "--data", "codes:vae", "--width", "16", "--layers", "1",
            "--features", "8", "--batch", "100", "--lr-schedule", "constant"];
        var straight = Run([.. train, "--epochs", "2", "--out", "prior"]);
        Run([.. train, "--epochs", "1", "--out", "parts"]);
        Assert.That(Run("train", "diffusion", "--json", "--resume", "parts", "--epochs", "2").Hash,
            Is.EqualTo(straight.Hash));

        var evaluated = Run("evaluate", "prior", "--rows", "30").Json;
        var vae = evaluated.GetProperty("vae");
        double distortion = vae.GetProperty("distortionNats").GetDouble();
        double information = vae.GetProperty("mutualInformationNats").GetDouble();
        Assert.That(information, Is.InRange(0, vae.GetProperty("mutualInformationCeilingNats").GetDouble()));
        Closes(vae.GetProperty("ownPrior"));
        foreach (var way in (string[])["vlb", "itd", "ode"])
        {
            var account = evaluated.GetProperty(way).GetProperty("vae");
            Closes(account);
            Assert.That(account.GetProperty("rateStandardErrorNats").GetDouble(), Is.Positive, way);
        }

        Run("sample", "prior", "--count", "4", "--steps", "3");
        Assert.That(File.ReadAllBytes(folder["samples.png"])[..4], Is.EqualTo(new byte[] { 0x89, 0x50, 0x4e, 0x47 }));

        void Closes(System.Text.Json.JsonElement account)
        {
            double Of(string name) => account.GetProperty(name).GetDouble();
            Assert.That(Of("negativeElboNats"), Is.EqualTo(distortion + Of("rateNats")).Within(1e-9));
            Assert.That(Of("marginalKlNats"), Is.EqualTo(Of("rateNats") - information).Within(1e-9));
        }
    }

    [TestCase("codes:nowhere", "nowhere")]
    [TestCase("codes:digits", "digits")]
    public void Codes_of_nothing_are_one_line(string data, string subject)
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        var before = folder.Listing();
        Mistake.Assert(HybridProcess.Run(folder.Path, "train", "diffusion", "--data", data), subject, "");
        Assert.That(folder.Listing(), Is.EqualTo(before), "something was left behind");
    }
}
