using System.CommandLine;
using System.Diagnostics;
using Hybrid.Bench.Exactness;
using Hybrid.Devices;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Bench.RealDigits;

/// <summary><c>bench labels</c>: ten digits from a hundred labels, a slow run.</summary>
static class LabelsCommand
{
    const string Name = "labels";

    public static Command New(StudyCommands studies) => studies.New(
        Name, "Train semi-supervised VAEs on 9,000 real digits of which 100 have a label; it takes minutes.",
        asked => Run(
            asked.Quick ? LabelStudy.Digits.Quick() : LabelStudy.Digits, asked.Open,
            Digits.Load(DigitFolder.For(Name)), asked.Output));

    /// <summary>Trains and measures every model of every seed, a line for each epoch.</summary>
    internal static LabelReport Run(LabelStudy study, Func<Device> open, DataSplit data, TextWriter output)
    {
        var watch = Stopwatch.StartNew();
        var description = ExactnessDevice.Describe(open);
        output.WriteLine($"{description} · nats per image, of {data.Test.N:N0} test images");
        var epochs = new List<LabelResult>();
        foreach (var seed in study.Seeds)
            foreach (var model in study.Models)
            {
                using var device = open();
                var (options, own) = model.For(seed, data);
                new M2Trainer(device, options.Validated(), own).Run(report =>
                {
                    epochs.Add(LabelResult.Of(model.Name, seed, report.Epoch, report.Test));
                    output.WriteLine(epochs[^1]);
                }, CancellationToken.None);
            }

        LabelResult[] runs =
            [.. epochs.GroupBy(epoch => (epoch.Model, epoch.Seed)).Select(run => run.MaxBy(epoch => epoch.Epoch)!)];
        LabelSummary[] models =
            [.. study.Models.Select(model => LabelSummary.Of(model, [.. runs.Where(run => run.Model == model.Name)]))];
        output.WriteLine(FormattableString.Invariant($"{watch.Elapsed.TotalSeconds:F0} s"));
        return new(
            MachineFacts.Here(), description, $"dotnet run --project bench -- {Name}", data.Train.N, data.Test.N,
            watch.Elapsed.TotalSeconds, models, [.. epochs.Where(epoch => epoch.Seed == study.Seeds[0])], runs);
    }
}
