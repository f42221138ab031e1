using System.CommandLine;
using System.Diagnostics;
using Hybrid.Bench.Exactness;
using Hybrid.Devices;
using Hybrid.Training.Data;

namespace Hybrid.Bench.RealDigits;

/// <summary><c>bench priors</c> and <c>bench nll</c>: slow runs on real digits.</summary>
static class DigitsCommand
{
    public static Command New(DigitStudy study, StudyCommands studies) => studies.New(
        study.Name, $"Train {study.About}; it takes minutes, and real digits.",
        asked => Run(
            asked.Quick ? study.Quick() : study, asked.Open, Digits.Load(DigitFolder.For(study.Name)),
            asked.Output));

    /// <summary>Trains and measures every model of every seed, a line each.</summary>
    internal static DigitReport Run(DigitStudy study, Func<Device> open, DataSplit data, TextWriter output)
    {
        var watch = Stopwatch.StartNew();
        var description = ExactnessDevice.Describe(open);
        output.WriteLine($"{description} · {study.About} · nats per image, of {data.Test.N:N0} test images");
        var runs = new List<DigitResult>();
        foreach (var seed in study.Seeds)
            foreach (var model in study.Models)
            {
                runs.Add(DigitResult.Of(open, study, model, seed, data));
                output.WriteLine(runs[^1]);
            }

        DigitResult[] Of(DigitModel model) => [.. runs.Where(run => run.Model == model.Name)];
        DigitSummary[] models = [.. study.Models.Select(model => DigitReport.Summary(model, Of(model)))];
        DigitModel[] published = [.. study.Models.Where(model => model.PublishedNats is not null)];
        DigitDifference[] differences =
        [
            .. from first in Enumerable.Range(0, published.Length)
               from second in Enumerable.Range(first + 1, published.Length - first - 1)
               select DigitReport.Difference(
                   published[first], Of(published[first]), published[second], Of(published[second])),
        ];
        foreach (var one in differences)
            output.WriteLine(FormattableString.Invariant(
                $"{one.First} − {one.Second}: {one.Nats:F2} ±{one.StandardErrorNats:F2} nats, published {one.PublishedNats:F2}"));
        output.WriteLine(FormattableString.Invariant($"{watch.Elapsed.TotalSeconds:F0} s"));
        return new(
            MachineFacts.Here(), description, $"dotnet run --project bench -- {study.Name}", data.Train.N, data.Test.N,
            study.Draws, watch.Elapsed.TotalSeconds, models, differences, runs);
    }
}
