using System.Globalization;

namespace Hybrid.Cli.Tests;

/// <summary><c>hybrid train vib</c> as a person types it.</summary>
[TestFixture]
public class TrainVibTests
{
    static readonly string[] Small = ["--hidden", "16", "--latent", "3", "--draws", "2", "--batch", "400"];

    static Outcome Train(TemporaryFolder folder, params string[] arguments) =>
        HybridProcess.Run(folder.Path, ["train", "vib", .. arguments]);

    [Test]
    public void A_sweep_draws_the_plane_and_a_resumed_run_has_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var sweep = Train(folder, [.. Small, "--beta", "1e-3,1", "--epochs", "2", "--out", "whole", "--json"]);
        Assert.That(sweep.ExitCode, Is.Zero, sweep.Errors);
        Assert.That(sweep.Errors.Split('\n').Count(line => line.StartsWith("epoch ")), Is.EqualTo(4));
        var plane = sweep.Json.GetProperty("plane").EnumerateArray().ToArray();
        Assert.That(plane.Select(point => point.GetProperty("beta").GetDouble()), Is.EqualTo(new[] { 1e-3, 1 }));
        Assert.That(plane[0].GetProperty("dataInformationNats").GetDouble(),
            Is.GreaterThan(plane[1].GetProperty("dataInformationNats").GetDouble()));
        foreach (var point in plane)
            Assert.That(point.GetProperty("labelInformationNats").GetDouble(),
                Is.LessThan(point.GetProperty("labelEntropyNats").GetDouble()));

        // A finished run has nothing to do; its checkpoint holds the same figures on another number of threads.
        var again = Train(folder, "--resume", "whole/beta-1", "--json", "--threads", "1");
        Assert.That(again.Json.GetProperty("plane")[0].GetProperty("parametersHash").GetString(),
            Is.EqualTo(plane[1].GetProperty("parametersHash").GetString()));
        var evaluated = HybridProcess.Run(folder.Path, "evaluate", "whole/beta-1");
        Assert.That(evaluated.ExitCode, Is.Zero, evaluated.Errors);
        string[] names = ["crossEntropyNats", "dataInformationNats", "errorPercent", "parametersHash"];
        foreach (var name in names)
            Assert.That(evaluated.Json.GetProperty(name).GetRawText(), Is.EqualTo(plane[1].GetProperty(name).GetRawText()), name);

        var sampled = HybridProcess.Run(folder.Path, "sample", "whole/beta-1", "--count", "5", "--out", "codes.csv");
        Assert.That(sampled.Output, Does.Match(
            @"^5 samples of z from r\(z\) · mean q\(y \| z\) 0\.\d+ 0\.\d+ 0\.\d+ · codes\.csv"), sampled.Errors);
        var lines = File.ReadAllLines(folder["codes.csv"]);
        Assert.That(lines[0], Is.EqualTo("z1,z2,z3,class0,class1,class2"));
        Assert.That(lines, Has.Length.EqualTo(6));
        foreach (var line in lines.Skip(1))
            Assert.That(line.Split(',').Skip(3).Sum(field => double.Parse(field, CultureInfo.InvariantCulture)),
                Is.EqualTo(1).Within(1e-6), "float32 of three classes");

        var longer = Train(folder, "--resume", "whole/beta-1", "--epochs", "3", "--json");
        Assert.That(longer.Json.GetProperty("plane")[0].GetProperty("epochs").GetInt32(), Is.EqualTo(3));
    }

    [Test]
    public void A_full_covariance_trains_and_is_evaluated()
    {
        using var folder = new TemporaryFolder();
        var trained = Train(folder, [.. Small, "--covariance", "full", "--epochs", "1", "--out", "run", "--json"]);
        Assert.That(trained.ExitCode, Is.Zero, trained.Errors);
        Assert.That(trained.Errors, Does.Contain("full covariance"));
        var evaluated = HybridProcess.Run(folder.Path, "evaluate", "run/beta-0.001");
        var point = trained.Json.GetProperty("plane")[0];
        foreach (var name in (string[])["dataInformationNats", "errorPercent", "parametersHash"])
            Assert.That(evaluated.Json.GetProperty(name).GetRawText(), Is.EqualTo(point.GetProperty(name).GetRawText()), name);
        var plane = HybridProcess.Run(folder.Path, "plane", "run/beta-0.001");
        Mistake.Assert(plane, "plane", "--latent 2");
        var diagonal = Train(folder, [.. Small, "--epochs", "1", "--out", "other", "--json"]);
        Assert.That(diagonal.Json.GetProperty("plane")[0].GetProperty("parametersHash").GetRawText(),
            Is.Not.EqualTo(point.GetProperty("parametersHash").GetRawText()));
    }

    [Test]
    public void Two_dimensions_make_a_picture()
    {
        using var folder = new TemporaryFolder();
        Train(folder, [.. Small[..2], "--latent", "2", "--covariance", "full", "--epochs", "1", "--out", "run"]);
        var drawn = HybridProcess.Run(folder.Path, "plane", "run/beta-0.001", "--out", "codes.png");
        Assert.That(drawn.ExitCode, Is.Zero, drawn.Errors);
        Assert.That(drawn.Output, Does.Match(@"^\d+ codes within ±\d+\.\d .* codes\.png"));
        Assert.That(File.Exists(folder["codes.png"]));
    }

    [TestCase("--covariance full --latent 1", "--latent 1", "2 to 64")]
    [TestCase("--beta x", "--beta x", "1e-3,1e-2")]
    [TestCase("--beta -1", "--beta -1", "0 to 1e6")]
    [TestCase("--latent 0", "--latent 0", "1 to 4,096")]
    [TestCase("--draws 0", "--draws 0", "1 to 1,000")]
    [TestCase("--hidden a", "--hidden a", "whole numbers")]
    [TestCase("--batch 9000", "--batch 9000", "smaller batch")]
    [TestCase("--data nosuch", "nosuch", "spelling")]
    [TestCase("--resume nosuch", "nosuch", "spelling")]
    [TestCase("--resume nosuch --beta 1", "--beta", "leave it out")]
    public void A_mistake_is_one_line(string line, string subject, string fix)
    {
        using var folder = new TemporaryFolder();
        var outcome = Train(folder, line.Split(' '));
        Mistake.Assert(outcome, subject, fix);
        Assert.That(folder.Listing(), Is.Empty);
    }
}
