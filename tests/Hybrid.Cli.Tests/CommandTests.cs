using System.Buffers.Binary;
using System.Text.Json;

namespace Hybrid.Cli.Tests;

/// <summary>What the commands write when all is well.</summary>
[TestFixture]
public class CommandTests
{
    // 2 pixels a value, 2 between and around (Hybrid.Reporting.SheetLayout).
    static int Pixels(int images) => 2 + images * (2 * TinyDigits.Side + 2);

    static (int Width, int Height) SizeOfPng(string path)
    {
        var bytes = File.ReadAllBytes(path);
        Assert.That(bytes[..8], Is.EqualTo(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }));
        return (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)),
            BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20)));
    }

    [Test]
    public void Sample_draws_a_sheet_that_the_seed_decides()
    {
        using var folder = new TemporaryFolder();
        byte[] Sample(string name, params string[] more)
        {
            var outcome = HybridProcess.Run(folder.Path,
                ["sample", SharedRun.Folder["run"], "--count", "7", "--out", name, .. more]);
            Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
            Assert.That(outcome.Errors, Is.Empty);
            return File.ReadAllBytes(folder[name]);
        }
        var first = Sample("new/first.png");
        Assert.That(SizeOfPng(folder["new/first.png"]), Is.EqualTo((Pixels(3), Pixels(3))));
        Assert.That(Sample("again.png", "--threads", "1"), Is.EqualTo(first));
        Assert.That(Sample("other.png", "--seed", "1"), Is.Not.EqualTo(first));
    }

    [Test]
    public void Reconstruct_draws_each_image_above_what_the_model_makes_of_it()
    {
        using var folder = new TemporaryFolder();
        var outcome = HybridProcess.Run(SharedRun.Folder.Path,
            "reconstruct", "run", "--count", "5", "--out", folder["pairs.png"]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        Assert.That(SizeOfPng(folder["pairs.png"]), Is.EqualTo((Pixels(5), Pixels(2))));
    }

    [Test]
    public void Reconstruct_draws_no_more_images_than_there_are()
    {
        using var folder = new TemporaryFolder();
        var outcome = HybridProcess.Run(SharedRun.Folder.Path,
            "reconstruct", "run", "--count", "1000", "--out", folder["pairs.png"]);
        Assert.That(outcome.Output, Does.StartWith("60 pairs"));
    }

    [Test]
    public void A_run_finds_its_data_from_any_folder()
    {
        using var elsewhere = new TemporaryFolder();
        var outcome = HybridProcess.Run(elsewhere.Path, "evaluate", SharedRun.Folder["run/checkpoint.safetensors"]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        Assert.That(outcome.Hash, Is.EqualTo(SharedRun.Training.Hash));
    }

    [TestCase("checkpoint.safetensors", "test")]
    [TestCase("best.safetensors", "best")]
    public void Evaluate_gives_the_figures_that_training_gave(string file, string which)
    {
        var outcome = HybridProcess.Run(SharedRun.Folder.Path, "evaluate", $"run/{file}", "--threads", "1");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        Assert.That(outcome.Output.TrimEnd(), Does.Not.Contain('\n'));
        var expected = SharedRun.Training.Json.GetProperty(which);
        foreach (var name in AccountFields)
            Assert.That(outcome.Json.GetProperty(name).GetRawText(),
                Is.EqualTo(expected.GetProperty(name).GetRawText()), name);
        if (which == "test") Assert.That(outcome.Hash, Is.EqualTo(SharedRun.Training.Hash));
        var rate = outcome.Json.GetProperty("rate");
        Assert.That(rate.GetProperty("mutualInformationNats").GetDouble(),
            Is.EqualTo(outcome.Json.GetProperty("mutualInformationNats").GetDouble()));
        Assert.That(rate.GetProperty("relativeResidual").GetDouble(), Is.Zero.Within(1e-4));
        Assert.That(rate.GetProperty("verdict").GetString(), Does.Contain("collapsed"));
    }

    [Test]
    public void Evaluate_estimates_the_likelihood_when_asked()
    {
        var outcome = HybridProcess.Run(SharedRun.Folder.Path, "evaluate", "run", "--nll", "30");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        var nll = outcome.Json.GetProperty("nll");
        Assert.That(nll.GetProperty("samples").GetInt32(), Is.EqualTo(30));
        Assert.That(nll.GetProperty("images").GetInt32(), Is.EqualTo(60));
        Assert.That(nll.GetProperty("nats").GetDouble(),
            Is.LessThan(outcome.Json.GetProperty("negativeElboNats").GetDouble()));
        Assert.That(nll.GetProperty("standardErrorNats").GetDouble(), Is.Positive);
        Assert.That(nll.GetProperty("samplingErrorNats").GetDouble(), Is.Positive);
    }

    /// <summary>Every prior trains, draws and accounts; what only a product of dimensions has is null.</summary>
    [TestCase("mog")]
    [TestCase("vamp")]
    [TestCase("gtm")]
    [TestCase("gtm-vamp")]
    [TestCase("flow")]
    public void Every_prior_trains_samples_and_evaluates(string prior)
    {
        using var folder = new TemporaryFolder();
        var training = HybridProcess.Run(folder.Path, "train", "vae", "--json", "--data", SharedRun.Folder["digits"],
            "--hidden", "24", "--latent", "3", "--epochs", "1", "--batch", "60", "--prior", prior, "--prior-components", "9",
            "--out", "run");
        Assert.That(training.ExitCode, Is.Zero, training.Errors);
        var sample = HybridProcess.Run(folder.Path, "sample", "run", "--count", "3", "--out", "samples.png");
        Assert.That(sample.ExitCode, Is.Zero, sample.Errors);
        var evaluation = HybridProcess.Run(folder.Path, "evaluate", "run/checkpoint.safetensors");
        Assert.That(evaluation.ExitCode, Is.Zero, evaluation.Errors);
        Assert.That(evaluation.Json.GetProperty("klNats").GetRawText(),
            Is.EqualTo(training.Json.GetProperty("test").GetProperty("klNats").GetRawText()));
        var rate = evaluation.Json.GetProperty("rate");
        Assert.That(rate.GetProperty("marginalKlNats").GetDouble(), Is.EqualTo(
            evaluation.Json.GetProperty("klNats").GetDouble() - rate.GetProperty("mutualInformationNats").GetDouble()));
        string[] ofProducts =
            ["totalCorrelationNats", "dimensionKlNats", "relativeResidual", "klPerDimensionNats", "verdict"];
        foreach (var name in ofProducts)
            Assert.That(rate.GetProperty(name).ValueKind, Is.EqualTo(JsonValueKind.Null), name);
    }

    static readonly string[] AccountFields =
    [
        "negativeElboNats", "standardErrorNats", "reconstructionNats", "klNats", "mutualInformationNats", "natsPerDim",
        "bitsPerDim", "activeUnits",
    ];

    [Test]
    public void Training_ends_with_one_line_of_json_and_prints_nothing_else()
    {
        var outcome = SharedRun.Training;
        Assert.That(outcome.Output.TrimEnd(), Does.Not.Contain('\n').And.StartWith("{"));
        var json = outcome.Json;
        string[] fields =
        [
            "model", "device", "options", "finished", "epochs", "steps", "trainingSeconds", "beta", "test", "best",
            "sigma", "parametersHash", "checkpoint",
        ];
        Assert.That(json.EnumerateObject().Select(field => field.Name), Is.EqualTo(fields));
        Assert.That(json.GetProperty("test").EnumerateObject().Select(field => field.Name), Is.EqualTo(AccountFields));
        Assert.That(json.GetProperty("finished").GetBoolean(), Is.True);
        Assert.That(json.GetProperty("epochs").GetInt32(), Is.EqualTo(2));
        Assert.That(json.GetProperty("steps").GetInt32(), Is.EqualTo(2 * 540 / 60));
        Assert.That(json.GetProperty("sigma").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(outcome.Hash, Does.Match("^[0-9a-f]{16}$"));
        Assert.That(File.Exists(SharedRun.Folder[json.GetProperty("checkpoint").GetString()!]), Is.True);

        var test = json.GetProperty("test");
        double Figure(string name) => test.GetProperty(name).GetDouble();
        Assert.That(Figure("negativeElboNats"),
            Is.EqualTo(Figure("reconstructionNats") + Figure("klNats")).Within(1e-12 * Figure("negativeElboNats")));
        Assert.That(Figure("bitsPerDim") * Math.Log(2) * TinyDigits.Side * TinyDigits.Side,
            Is.EqualTo(Figure("negativeElboNats")).Within(1e-12 * Figure("negativeElboNats")));
    }

    [Test]
    public void Training_prints_a_line_an_epoch_and_where_the_result_is()
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        var outcome = HybridProcess.Run(folder.Path, "train", "vae", "--data", "digits", "--hidden", "none",
            "--latent", "2", "--epochs", "3", "--batch", "100");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        Assert.That(outcome.Errors, Is.Empty);
        var lines = outcome.Output.TrimEnd().Split('\n');
        Assert.That(lines.Count(line => line.StartsWith("epoch ") && line.Contains("−ELBO")), Is.EqualTo(3));
        Assert.That(lines[^1], Is.EqualTo("finished · runs/vae-1/checkpoint.safetensors"));
        Assert.That(File.Exists(folder["runs/vae-1/best.safetensors"]), Is.True);
    }

    [TestCase("--help", "train")]
    [TestCase("train --help", "vae")]
    [TestCase("train vae --help", "--resume")]
    [TestCase("sample --help", "--count")]
    [TestCase("--version", "0.")]
    [TestCase("devices", "host · ")]
    public void Answers(string line, string expected)
    {
        var outcome = HybridProcess.Run(SharedRun.Folder.Path, line.Split(' '));
        Assert.That(outcome.ExitCode, Is.Zero);
        Assert.That(outcome.Output, Does.Contain(expected));
        Assert.That(outcome.Errors, Is.Empty);
    }

    [Test]
    public void Devices_names_every_kind()
    {
        var kinds = HybridProcess.Run(SharedRun.Folder.Path, "devices").Output.TrimEnd().Split('\n');
        Assert.That(kinds.Select(line => line.Split(' ')[0]), Is.EqualTo(new[] { "cuda", "host", "simulator", "ptx" }));
    }
}
