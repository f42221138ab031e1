using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>Runs a hierarchy's training, saves it after every epoch, and says how each level does.</summary>
sealed class HierarchyProgress(TextWriter writer)
{
    public void Train(HierarchyTrainer trainer, string folder, CancellationToken cancellation)
    {
        var (options, shape) = (trainer.Options, trainer.Vae.Shape);
        var path = Path.Combine(folder, HierarchyCheckpoint.FileName);
        if (trainer.History.Count == 0 && File.Exists(path))
            throw new UserError(
                folder, "already holds a run", "continue it with --resume, or give another --out");
        var widths = string.Join('-', [shape.DataDim, .. shape.Hidden]);
        var levels = string.Join('-', shape.Latents.Select(K => $"z{K}"));
        var inference = shape.Inference == Inference.BottomUp ? "bottom-up" : "top-down";
        writer.WriteLine(trainer.Vae.Device.Description);
        writer.WriteLine(Invariant(
            $"hvae {widths}-{levels} {inference} {options.Vae.Likelihood} · data {options.Vae.Data}"));
        writer.WriteLine(Invariant(
            $"batch {options.Vae.BatchSize} · {trainer.StepsPerEpoch} steps an epoch · nats per image")
            + ", test set after each epoch");
        HierarchyCheckpoint.Save(path, trainer);
        trainer.Run(report =>
        {
            HierarchyCheckpoint.Save(path, trainer);
            writer.WriteLine(Line(report, options.Vae.Epochs));
        }, cancellation);
        writer.WriteLine(trainer.IsFinished
            ? $"finished · {path}"
            : $"stopped · continue with: hybrid train hvae --resume {path}");
    }

    static string Line(HierarchyReport report, int epochs)
    {
        var test = report.Test;
        var rates = string.Join(" + ", test.Levels.Select(level => Invariant($"{level.Rate:F3}")));
        var active = string.Join(' ', test.Levels.Select(level => $"{level.ActiveUnits}/{level.Dimensions}"));
        var known = test.Levels.Select((level, t) => (level, t))
            .First(one => one.level.MutualInformation is not null);
        return Invariant($"epoch {report.Epoch,3}/{epochs} β {report.Beta:0.###}")
            + Invariant($" │ −ELBO {test.NegativeElbo,8:F3} ±{test.StandardError:F2}")
            + Invariant($" = recon {test.Reconstruction,8:F3} + rates {rates}")
            + Invariant($" │ I_q(x; z_{known.t + 1}) {known.level.MutualInformation:F3} │ AU {active}")
            + Invariant($" │ train {report.TrainNegativeElbo,8:F3} │ {report.StepsPerSecond,5:F0} steps/s");
    }

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
