using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid train vib</c>: one bottleneck, or one for each of several β.</summary>
static class TrainVib
{
    public static Command Command()
    {
        var defaults = new VibRunOptions();
        var command = new Command("vib",
            "Train a deep variational information bottleneck (Alemi et al. 2017) on labelled images, for one or"
            + " more β.");
        Option<T> Add<T>(string name, string help, string value, T start) =>
            CommandOptions.Add(command, name, help, value, start);
        var data = Add("--data",
            "sprites (made here; classes are shapes), or a folder or file of labelled IDX images.", "DATA",
            defaults.Data);
        var hidden = Add("--hidden", "Widths of the encoder's hidden layers.", "W,W…",
            string.Join(',', defaults.Hidden));
        var latent = Add("--latent", "Dimensions of z.", "K", defaults.Latent);
        var covariance = Add("--covariance", "Of z given x: diagonal or full (by its Cholesky factor).", "KIND",
            defaults.Covariance);
        var activation = Add("--activation", "Between layers: relu, tanh, silu, gelu, sigmoid or identity.", "ACT",
            defaults.Activation);
        var beta = Add("--beta", "Weight of the rate; several, with commas, draw the information plane.", "β,β…",
            defaults.Beta.ToString(CultureInfo.InvariantCulture));
        var epochs = Add("--epochs", "Passes over the training set.", "N", defaults.Epochs);
        var batch = Add("--batch", "Images per step.", "B", defaults.BatchSize);
        var rate = Add("--lr", "Adam's learning rate; it falls to 0 at the last step.", "RATE",
            defaults.LearningRate);
        var draws = Add("--draws", "Draws of z that a test averages.", "N", defaults.Draws);
        var seed = Add("--seed", "Equal seeds give equal bits, on every device.", "N", defaults.Seed);
        var folder = new RunFolderOptions(command, VibCheckpoint.Kind,
            "Folder of the runs, one for each β in it",
            "Continue the run of one β from its folder; only --epochs and --device may change.",
            ["--precision"]);

        command.SetAction((parsed, cancellation) =>
        {
            var progress = new VibProgress(folder.Progress(parsed));
            if (folder.Resumed(parsed) is { } resumed)
            {
                using var device = folder.Open(parsed);
                progress.Train(VibCheckpoint.Restore(device, resumed.Path, resumed.Length), resumed.Folder,
                    cancellation);
            }
            else
            {
                var options = new VibRunOptions
                {
                    Data = parsed.GetValue(data)!, Hidden = Widths.Parse(parsed.GetValue(hidden)!),
                    Latent = parsed.GetValue(latent), Covariance = parsed.GetValue(covariance),
                    Activation = parsed.GetValue(activation),
                    Epochs = parsed.GetValue(epochs), BatchSize = parsed.GetValue(batch),
                    LearningRate = parsed.GetValue(rate), Draws = parsed.GetValue(draws),
                    Seed = parsed.GetValue(seed),
                };
                VibRunOptions[] runs =
                [
                    .. CommandOptions.Numbers("--beta", parsed.GetValue(beta)!)
                        .Select(one => (options with { Beta = one }).Validated()),
                ];
                var split = VaeRun.LoadData(options.Data);
                var target = folder.ForNewRun(parsed);
                foreach (var run in runs)
                {
                    if (cancellation.IsCancellationRequested) break;
                    using var opened = folder.Open(parsed);
                    progress.Train(new(opened, run with { Data = VaeRun.FullName(run.Data) }, split),
                        Path.Combine(target, FormattableString.Invariant($"beta-{run.Beta}")), cancellation);
                }
            }
            progress.Plane();
            if (folder.Json(parsed)) Console.WriteLine(progress.Json());
            return Task.FromResult(cancellation.IsCancellationRequested ? StopSignal.ExitCode : 0);
        });
        return command;
    }
}
