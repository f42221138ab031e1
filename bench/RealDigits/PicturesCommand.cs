using System.CommandLine;
using Hybrid.Bench.Exactness;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Checkpoints;
using Hybrid.Training.Data;
using Hybrid.Training.Files;

namespace Hybrid.Bench.RealDigits;

/// <summary><c>bench pictures</c>: a diffusion transformer of real digits, and its bits per dimension two ways.</summary>
static class PicturesCommand
{
    /// <summary>Of the draws of an evaluation.</summary>
    const ulong Seed = 1;

    /// <summary>Test digits of a look at the command.</summary>
    const int QuickRows = 20;

    /// <summary>The network of chapter 26: minutes on two cores.</summary>
    public static DiffusionRunOptions Options { get; } = new()
    {
        Network = DiffusionNetwork.Dit, Width = 64, Layers = 4, Heads = 4, Weight = "simple", Epochs = 28,
        BatchSize = 60, LearningRate = 2e-3,
    };

    public static Command New(Option<bool> quick, Option<string> json, TextWriter output)
    {
        var folder = new Option<string>("--run")
        {
            Description = "Folder of the run, which is continued where there is one.", HelpName = "FOLDER",
            DefaultValueFactory = _ => "runs/pictures",
        };
        var device = new Option<string>("--device")
        {
            Description = "host (unless told) or cuda: where it is trained.", HelpName = "KIND",
        };
        var command = new Command(
            "pictures", "Train a diffusion transformer on 9,000 real digits; it takes minutes.") { folder, device };
        command.SetAction(parsed =>
        {
            var open = ExactnessDevice.Of(parsed.GetValue(device));
            var path = parsed.GetValue(json);
            if (path is not null) AtomicFile.RequireWritable(path);
            var options = Options with { Data = DigitFolder.For("pictures") };
            if (parsed.GetValue(quick)) options = options with { Width = 12, Layers = 1, Epochs = 1 };
            var report = Run(open, options, parsed.GetValue(folder)!,
                parsed.GetValue(quick) ? QuickRows : int.MaxValue, output);
            if (path is not null) BenchJson.Write(path, report);
            return 0;
        });
        return command;
    }

    /// <summary>Trains what is left of the run, and evaluates the average of its parameters.</summary>
    internal static PicturesReport Run(
        Func<Device> open, DiffusionRunOptions options, string folder, int rows, TextWriter output)
    {
        using var device = open();
        var path = Path.Combine(folder, DiffusionCheckpoint.FileName);
        var trainer = File.Exists(path)
            ? DiffusionCheckpoint.Restore(device, path, epochs: null)
            : new(device, options.Validated(), DiffusionData.Load(options.Data, options.Seed));
        if (trainer.Options != options)
            throw new UserError(folder, "holds a run of other options", "name another folder with --run");
        output.WriteLine($"{device.Description} · {trainer.Data.N:N0} pictures of {trainer.Data.D} pixels");
        var (first, before) = (trainer.History.Count, Environment.CpuUsage.TotalTime);
        trainer.Run(report =>
        {
            DiffusionCheckpoint.Save(path, trainer);
            output.WriteLine(FormattableString.Invariant(
                $"epoch {report.Epoch} │ squared error of v {report.TrainError:F2}")
                + FormattableString.Invariant($" │ {report.StepsPerSecond:F1} steps/s"));
        }, CancellationToken.None);

        var trained = trainer.History.Count - first;
        double? processorSeconds =
            trained == 0 ? null : (Environment.CpuUsage.TotalTime - before).TotalSeconds / trained;

        var test = DiffusionData.ToEvaluate(options.Data, rows, options.Seed);
        var likelihood = new PictureLikelihood(trainer.Average, options.Answer, test);
        PicturesEstimate[] estimates =
        [
            PicturesEstimate.Of("vlb", likelihood.Bound(Seed), test.D),
            PicturesEstimate.Of("itd", likelihood.Immse(Seed), test.D),
        ];
        foreach (var one in estimates) output.WriteLine(one);
        return PicturesReport.Of(trainer, test.N, processorSeconds, estimates);
    }
}
