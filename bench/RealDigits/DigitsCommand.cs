using System.CommandLine;
using System.Diagnostics;
using Hybrid.Bench.Exactness;
using Hybrid.Devices;
using Hybrid.Training.Data;
using Hybrid.Training.Files;

namespace Hybrid.Bench.RealDigits;

/// <summary><c>bench priors</c> and <c>bench nll</c>: slow runs on real digits.</summary>
static class DigitsCommand
{
    public static Command New(DigitStudy study, Option<bool> quick, Option<string> json, TextWriter output)
    {
        var device = new Option<string>("--device")
        {
            Description = "host (unless told) or cuda: where models are trained.", HelpName = "KIND",
        };
        var command = new Command(study.Name, $"Train {study.About}; it takes minutes, and real digits.") { device };
        command.SetAction(parsed =>
        {
            var open = ExactnessDevice.Of(parsed.GetValue(device));
            var path = parsed.GetValue(json);
            if (path is not null) AtomicFile.RequireWritable(path);
            var data = Digits.Load(DigitFolder.For(study.Name));
            var report = Run(parsed.GetValue(quick) ? study.Quick() : study, open, data, output);
            if (path is not null) BenchJson.Write(path, report);
            return 0;
        });
        return command;
    }

    /// <summary>Trains and measures every model of every seed, a line each.</summary>
    internal static DigitReport Run(DigitStudy study, Func<Device> open, DataSplit data, TextWriter output)
    {
        var watch = Stopwatch.StartNew();
        string description;
        using (var device = open()) description = device.Description;
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
