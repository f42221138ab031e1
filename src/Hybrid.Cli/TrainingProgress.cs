using System.Diagnostics;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training;
using Spectre.Console;

namespace Hybrid.Cli;

/// <summary>What a training run shows: a header, one line per epoch, and a bar where someone is watching.</summary>
sealed class TrainingProgress(VaeRun run, TextWriter writer, bool redirected)
{
    static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    readonly IAnsiConsole console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(writer) });

    /// <summary>Runs the training; the last line says where the result is.</summary>
    public void Show(Action train)
    {
        Header();
        if (redirected) WithLines(train);
        else WithBar(train);
        Footer();
    }

    void WithLines(Action train)
    {
        run.Trainer.AfterEpoch = report => writer.WriteLine(Line(report));
        train();
    }

    void WithBar(Action train) =>
        console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("training", maxValue: run.Trainer.TotalSteps);
                task.Value = run.Trainer.Optimizer.Steps;
                var sinceRefresh = Stopwatch.StartNew();
                run.Trainer.AfterStep = steps =>
                {
                    if (sinceRefresh.Elapsed < Refresh) return;
                    task.Value = steps;
                    sinceRefresh.Restart();
                };
                run.Trainer.AfterEpoch = report => console.WriteLine(Line(report));
                train();
            });

    void Header()
    {
        var (trainer, options) = (run.Trainer, run.Trainer.Options);
        var widths = string.Join('-', [trainer.Vae.Shape.DataDim, .. options.Hidden]);
        long parameters = 0;
        foreach (var spec in trainer.Vae.Parameters.Specs) parameters += (long)spec.Shape.Rows * spec.Shape.Cols;
        writer.WriteLine(Invariant(
            $"{trainer.Vae.Device.Description}"));
        writer.WriteLine(Invariant(
            $"vae {widths}-z{options.Latent} {options.Likelihood} · prior {Prior()} · {parameters:N0} parameters · data {options.Data}"));
        writer.WriteLine(Invariant(
            $"batch {options.BatchSize} · {trainer.StepsPerEpoch} steps an epoch · nats per image, test set after each epoch"));
    }

    string Prior()
    {
        var shape = run.Trainer.Vae.Shape.Prior;
        var name = PriorNames.Of(shape.Kind);
        if (shape.Kind == PriorKind.Autoregressive) return Invariant($"{name} of δ {shape.Rate} nats");
        return shape.IsMixture ? Invariant($"{name} of {shape.Components}") : name;
    }

    string Line(EpochReport report)
    {
        var (options, test) = (run.Trainer.Options, report.Test);
        return Invariant($"epoch {report.Epoch,3}/{options.Epochs} {Weights(report)}")
            + Invariant($" │ −ELBO {test.NegativeElbo,8:F3} ±{test.StandardError:F2}")
            + Invariant($" = recon {test.Reconstruction,8:F3} + KL {test.Kl,7:F3}")
            + Invariant($" │ I_q {test.MutualInformation,6:F3}")
            + TotalCorrelation(report)
            + Invariant($" │ AU {test.ActiveUnits,2}/{options.Latent}")
            + Invariant($" │ {test.NatsPerDim:F4} nats/dim {test.BitsPerDim:F4} bits/dim")
            + Invariant($" │ train {report.Train.NegativeElbo,8:F3} │ {report.StepsPerSecond,5:F0} steps/s");
    }

    static string TotalCorrelation(EpochReport report)
    {
        if (report.TotalCorrelation is not { } tc) return "";
        var exact = Invariant($" │ TC {tc.Exact,6:F3}");
        return double.IsNaN(tc.Discriminator) ? exact : exact + Invariant($" (discriminator {tc.Discriminator:F3})");
    }

    /// <summary>What is minimised, and what weighed the KL at the epoch's last step.</summary>
    string Weights(EpochReport report)
    {
        var (options, weights) = (run.Trainer.Options, report.Weights);
        var kl = options.Countermeasure.Kind switch
        {
            RemedyKind.None => Invariant($"β {weights.Beta}"),
            RemedyKind.FreeBits => Invariant($"β {weights.Beta} λ {weights.Level}"),
            RemedyKind.Capacity => Invariant($"β {weights.Beta} C {weights.Level:F2}"),
            RemedyKind.Aggressive => Invariant($"β {weights.Beta} encoder steps {report.EncoderSteps}"),
            RemedyKind.Delta => Invariant($"β {weights.Beta} δ {options.Countermeasure.First}"),
            _ => Invariant($"β {weights.Beta:F3} of {options.Beta}"),
        };
        return options.Objective == "elbo" ? kl : $"{options.Objective} {kl}";
    }

    void Footer()
    {
        if (run.Best is { } best)
            writer.WriteLine(Invariant(
                $"best epoch {best.Epoch}: test −ELBO {best.Test.NegativeElbo:F3} nats · {run.BestPath}"));
        writer.WriteLine(run.Trainer.IsFinished
            ? $"finished · {run.CheckpointPath}"
            : $"stopped · continue with: hybrid train vae --resume {run.CheckpointPath}");
    }

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
