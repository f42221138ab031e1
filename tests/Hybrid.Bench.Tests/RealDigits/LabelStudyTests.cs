using Hybrid.Bench.RealDigits;
using Hybrid.Devices.Host;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Bench.Tests.RealDigits;

/// <summary>A study of a few sprites of which some have a label.</summary>
[TestFixture]
public sealed class LabelStudyTests
{
    static readonly M2RunOptions Options = new()
    {
        Hidden = [9], Latent = 2, Epochs = 2, BatchSize = 20, Labels = 6, Alpha = 2,
    };

    static readonly LabelStudy Study = new(
        [new("alone", Options, LabelsAlone: true), new("both", Options), new("more", Options with { Information = 1 })],
        [1, 2]);

    static readonly DataSplit Data = Sprites.Load(66, 12, 8);

    static readonly LabelReport Report = LabelsCommand.Run(Study, () => new HostDevice(1), Data, TextWriter.Null);

    [Test]
    public void Every_model_runs_from_every_seed()
    {
        Assert.That(Report.Runs.Select(run => (run.Model, run.Seed)), Is.EquivalentTo(
            from model in Study.Models from seed in Study.Seeds select (model.Name, seed)));
        Assert.That(Report.Runs.Select(run => run.Epoch), Is.All.EqualTo(2));
        Assert.That(Report.Epochs.Select(epoch => (epoch.Model, epoch.Seed, epoch.Epoch)), Is.EqualTo(
            from model in Study.Models from epoch in new[] { 1, 2 } select (model.Name, 1UL, epoch)));
        foreach (var model in Report.Models)
        {
            var runs = Report.Runs.Where(run => run.Model == model.Name).ToArray();
            Assert.That(model.ErrorPercent, Is.EqualTo(runs.Average(run => run.ErrorPercent)).Within(1e-12));
            Assert.That(model.InformationNats, Is.EqualTo(runs.Average(run => run.InformationNats)).Within(1e-12));
            Assert.That(model.LeastErrorPercent, Is.EqualTo(runs.Min(run => run.ErrorPercent)));
        }
    }

    [Test]
    public void A_run_is_that_of_the_tool()
    {
        using var device = new HostDevice(2);
        var trainer = new M2Trainer(device, Options with { Seed = 2, Information = 1 }, Data);
        trainer.Run(_ => { }, CancellationToken.None);
        Assert.That(Report.Runs.Single(run => run is { Model: "more", Seed: 2 }),
            Is.EqualTo(LabelResult.Of("more", 2, 2, trainer.History[^1].Test)));
    }

    /// <summary>The labels alone are the same images, as often as the others take them, and none else.</summary>
    [Test]
    public void Labels_alone_take_as_many_steps()
    {
        var (options, data) = Study.Models[0].For(2, Data);
        using var device = new HostDevice(1);
        Assert.That(new M2Trainer(device, options, data).StepsPerEpoch, Is.EqualTo(3));
        Assert.That(new M2Trainer(device, Options with { Seed = 2 }, Data).StepsPerEpoch, Is.EqualTo(3));
        var labelled = LabelledRows.Split(Data.Train, 6, 2).Labelled;
        for (var n = 0; n < data.Train.N; n++)
            Assert.That(data.Train.Image(n).SequenceEqual(labelled.Image(n % 6)), $"{n}");
    }

    [Test]
    public void Its_options_are_those_of_a_run()
    {
        foreach (var model in LabelStudy.Digits.Models) Assert.That(() => model.Options.Validated(), Throws.Nothing);
        Assert.That(LabelStudy.Digits.Quick().Models.Select(model => model.Options.Epochs), Is.All.EqualTo(1));
    }
}
