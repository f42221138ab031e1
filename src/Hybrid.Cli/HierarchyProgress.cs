using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>What a hierarchy's training shows: how each level does.</summary>
static class HierarchyProgress
{
    /// <summary>The training, which is yet to start.</summary>
    public static FolderRun<HierarchyReport> Of(HierarchyTrainer trainer)
    {
        var (options, shape) = (trainer.Options.Vae, trainer.Vae.Shape);
        var widths = string.Join('-', [shape.DataDim, .. shape.Hidden]);
        var levels = string.Join('-', shape.Latents.Select(K => $"z{K}"));
        var inference = shape.Inference == Inference.BottomUp ? "bottom-up" : "top-down";
        return new(
            trainer, HierarchyCheckpoint.Kind,
            [
                Invariant($"hvae {widths}-{levels} {inference} {options.Likelihood} · data {options.Data}"),
                Invariant($"batch {options.BatchSize} · {trainer.StepsPerEpoch} steps an epoch")
                    + " · nats per image, test set after each epoch",
            ],
            path => HierarchyCheckpoint.Save(path, trainer), report => Line(report, options.Epochs));
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
