using System.Text.Json;
using Hybrid.Bench.RealDigits;
using Hybrid.Devices.Host;
using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Bench.Tests.RealDigits;

/// <summary>A study of a few sprites: what its report says of its runs.</summary>
[TestFixture]
public sealed class DigitStudyTests
{
    static readonly VaeRunOptions Options = new() { Hidden = [9], Latent = 2, Epochs = 1, BatchSize = 20 };

    static readonly DigitStudy Study = new("tiny", "a few sprites",
        [
            new("vae", Options, 3), new("vamp", Options with { Prior = PriorKind.Vamp, PriorComponents = 4 }, 1),
            new("other", Options with { Beta = 2 }),
        ],
        [1, 2], 30);

    static readonly DataSplit Data = Sprites.Load(60, 12, 8);

    static readonly DigitReport Report = DigitsCommand.Run(
        Study, () => new HostDevice(1), Data, TextWriter.Null);

    static IEnumerable<DigitResult> Of(string model) => Report.Runs.Where(run => run.Model == model);

    [Test]
    public void Every_model_runs_from_every_seed()
    {
        Assert.That(Report.Runs.Select(run => (run.Model, run.Seed)), Is.EquivalentTo(
            from model in Study.Models from seed in Study.Seeds select (model.Name, seed)));
        Assert.That(Report.Models.Select(model => (model.Name, model.Runs)),
            Is.EqualTo(new[] { ("vae", 2), ("vamp", 2), ("other", 2) }));
        Assert.That((Report.TrainingImages, Report.TestImages, Report.Draws), Is.EqualTo((60, 12, 30)));
        foreach (var model in Report.Models)
        {
            Assert.That(model.NllNats, Is.EqualTo(Of(model.Name).Average(run => run.NllNats!.Value)).Within(1e-12));
            Assert.That(model.NllApartNats, Is.EqualTo(
                Math.Abs(Of(model.Name).First().NllNats!.Value - Of(model.Name).Last().NllNats!.Value)).Within(1e-12));
        }
    }

    /// <summary>A run is that of <c>hybrid train vae</c>, to the bit, and what <c>hybrid evaluate</c> says of it.</summary>
    [Test]
    public void A_run_is_that_of_the_tool()
    {
        using var device = new HostDevice(2);
        var trainer = new VaeTrainer(device, Options with { Seed = 2 }, Data);
        trainer.Run(CancellationToken.None);
        var run = Of("vae").Single(one => one.Seed == 2);
        Assert.That(run.ParametersHash, Is.EqualTo(ParametersHash.Of(device, trainer.Vae.Parameters)));
        Assert.That(run.NegativeElboNats, Is.EqualTo(trainer.History[^1].Test.NegativeElbo));
        var nll = trainer.Evaluation.Nll(30);
        Assert.That((run.NllNats, run.NllStandardErrorNats), Is.EqualTo((nll.Nll, nll.StandardError)));
        Assert.That(run.Each.Average(), Is.EqualTo(nll.Nll).Within(1e-9));
    }

    /// <summary>Only where both are published; its error is that of the images' differences, not of the models'.</summary>
    [Test]
    public void Differences_are_taken_image_by_image()
    {
        var difference = Report.Differences.Single();
        Assert.That((difference.First, difference.Second, difference.PublishedNats), Is.EqualTo(("vae", "vamp", 2)));
        double[] each =
        [
            .. Enumerable.Range(0, 12).Select(i =>
                Of("vae").Average(run => run.Each[i]) - Of("vamp").Average(run => run.Each[i])),
        ];
        Assert.That(difference.Nats, Is.EqualTo(each.Average()).Within(1e-12));
        var variance = each.Average(nats => Math.Pow(nats - each.Average(), 2));
        Assert.That(difference.StandardErrorNats, Is.EqualTo(Math.Sqrt(variance / 12)).Within(1e-12));
        Assert.That(difference.LeastNats, Is.LessThan(difference.Nats));
        Assert.That(difference.GreatestNats, Is.GreaterThan(difference.Nats));
    }

    /// <summary>Without importance sampling there is nothing of it, and nothing of the machine in its options.</summary>
    [Test]
    public void A_report_without_draws_says_nothing_of_them()
    {
        var study = Study with { Draws = 0, Models = [Study.Models[2]], Seeds = [1] };
        var report = DigitsCommand.Run(study, () => new HostDevice(1), Data, TextWriter.Null);
        using var json = JsonDocument.Parse(BenchJson.Text(report));
        var (model, run) = (json.RootElement.GetProperty("models")[0], json.RootElement.GetProperty("runs")[0]);
        Assert.That(json.RootElement.GetProperty("differences").GetArrayLength(), Is.Zero);
        foreach (var row in new[] { model, run }) Assert.That(row.TryGetProperty("nllNats", out _), Is.False);
        Assert.That(model.GetProperty("options").GetProperty("beta").GetDouble(), Is.EqualTo(2));
        Assert.That(model.GetProperty("options").TryGetProperty("data", out _), Is.False);
        Assert.That(run.TryGetProperty("each", out _), Is.False);
    }

    [Test]
    public void Its_options_are_those_of_a_run([Values("priors", "nll")] string name)
    {
        var study = name == "priors" ? DigitStudy.Priors : DigitStudy.Nll;
        foreach (var model in study.Models) Assert.That(() => model.Options.Validated(), Throws.Nothing);
        Assert.That(study.Quick().Models.Select(model => model.Options.Epochs), Is.All.EqualTo(1));
        var published = study.Models.Select(model => model.PublishedNats ?? 0).Where(nats => nats > 0);
        Assert.That(published, Is.Ordered.Descending);
    }
}
