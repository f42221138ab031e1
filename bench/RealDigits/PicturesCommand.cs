using System.CommandLine;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Checkpoints;
using Hybrid.Training.Data;

namespace Hybrid.Bench.RealDigits;

/// <summary><c>bench pictures</c>: a diffusion of real digits, and its bits per dimension two ways.</summary>
static class PicturesCommand
{
    /// <summary>Of the draws of an evaluation.</summary>
    const ulong Seed = 1;

    /// <summary>
    /// Part of the digits without a class: as many as with one, so that p(x) is learnt as well as p(x | y).
    /// </summary>
    const double Untold = 0.5;

    /// <summary>Test digits of a look at the command.</summary>
    const int QuickRows = 20;

    /// <summary>The U-Net of chapter 25: minutes on two cores, most levels where strokes are decided.</summary>
    public static DiffusionRunOptions UNet { get; } = new()
    {
        Network = DiffusionNetwork.Unet, Channels = 24, Weight = "simple", Times = "logistic:1,3,4", Epochs = 24,
        BatchSize = 64, LearningRate = 2e-3, Clip = 1,
    };

    /// <summary>The transformer of chapter 26: minutes on two cores.</summary>
    public static DiffusionRunOptions Transformer { get; } = new()
    {
        Network = DiffusionNetwork.Dit, Width = 96, Layers = 6, Heads = 4, Weight = "simple",
        Times = "logistic:1,3,4", Epochs = 40, BatchSize = 60, LearningRate = 1.5e-3, Clip = 1,
    };

    public static Command New(StudyCommands studies)
    {
        var network = new Option<DiffusionNetwork>("--network")
        {
            Description = "dit (unless told) or unet: what is trained.", HelpName = "NAME",
            DefaultValueFactory = _ => DiffusionNetwork.Dit,
        };
        var folder = new Option<string?>("--run")
        {
            Description =
                "Folder of the run, which is continued where there is one; runs/pictures-NAME unless told.",
            HelpName = "FOLDER",
        };
        var classes = new Option<bool>("--classes")
        {
            Description = "Tell the network each digit's class, and measure what it says; chapter 28.",
        };
        return studies.New(
            "pictures", "Train a diffusion of pictures on 9,000 real digits; it takes minutes.",
            asked =>
            {
                var chosen = asked.Parsed.GetValue(network);
                var options = Of(chosen) with { Data = DigitFolder.For("pictures") };
                if (asked.Quick) options = options with { Width = 12, Layers = 1, Channels = 8, Epochs = 1 };
                var name = chosen.ToString().ToLowerInvariant();
                if (asked.Parsed.GetValue(classes))
                {
                    options = options with { Classes = true, ClassDropout = Untold };
                    name = $"{name}-classes";
                }
                return Run(
                    asked.Open, options, asked.Parsed.GetValue(folder) ?? $"runs/pictures-{name}",
                    asked.Quick ? QuickRows : int.MaxValue, asked.Output);
            },
            network, classes, folder);
    }

    /// <exception cref="UserError">No chapter has such a run.</exception>
    internal static DiffusionRunOptions Of(DiffusionNetwork network) => network switch
    {
        DiffusionNetwork.Dit => Transformer,
        DiffusionNetwork.Unet => UNet,
        _ => throw new UserError($"--network {network.ToString().ToLowerInvariant()}", "is not timed on pictures",
            "give dit or unet"),
    };

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
        var bound = likelihood.Bound(Seed);
        PicturesEstimate[] estimates =
        [
            PicturesEstimate.Of("vlb", bound, test.D),
            PicturesEstimate.Of("itd", likelihood.Immse(Seed), test.D),
        ];
        foreach (var one in estimates) output.WriteLine(one);
        var ofClasses = options.Classes ? ClassesReport.Of(trainer, test, bound, Seed) : null;
        if (ofClasses is not null) output.WriteLine(ofClasses);
        return PicturesReport.Of(trainer, test.N, processorSeconds, estimates) with { Classes = ofClasses };
    }
}
