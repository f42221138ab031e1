using System.CommandLine;
using System.Globalization;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid train m2</c>: one run, or one for each of several weights of the information.</summary>
static class TrainM2
{
    public static Command Command()
    {
        var defaults = new M2RunOptions();
        var command = new Command("m2",
            "Train the semi-supervised VAE M2 (Kingma et al. 2014) on images of which few have a label, with a term that"
            + " raises I(x; y) (Niloy et al. 2021) of one or more weights.");
        Option<T> Add<T>(string name, string help, string value, T start) =>
            CommandOptions.Add(command, name, help, value, start);
        var data = Add("--data",
            "sprites (made here; classes are shapes), or a folder or file of labelled IDX images.", "DATA",
            defaults.Data);
        var labels = Add("--labels", "Training images whose class may be seen, as many of each.", "N", defaults.Labels);
        var hidden = Add("--hidden", "Widths of classifier and encoder; the decoder has them in reverse.", "W,W…",
            string.Join(',', defaults.Hidden));
        var latent = Add("--latent", "Dimensions of z.", "K", defaults.Latent);
        var activation = Add("--activation", "Between layers: relu, tanh, silu, gelu, sigmoid or identity.", "ACT",
            defaults.Activation);
        var alpha = Add("--alpha", "Weight of −log q(y | x) of labelled images; the paper's α per image.", "α",
            defaults.Alpha);
        var information = Add("--mi",
            "Weight of I(x; y) of the images without a label, which is raised; several with commas, a run each.", "W,W…",
            defaults.Information.ToString(CultureInfo.InvariantCulture));
        var epochs = Add("--epochs", "Passes over the images without a label.", "N", defaults.Epochs);
        var batch = Add("--batch", "Such images per step; as many labelled ones go beside them.", "B", defaults.BatchSize);
        var rate = Add("--lr", "Adam's learning rate; it falls to 0 at the last step.", "RATE",
            defaults.LearningRate);
        var seed = Add("--seed", "Equal seeds give equal bits, on every device; it also says which images are labelled.",
            "N", defaults.Seed);
        var folder = new RunFolderOptions(command, M2Checkpoint.Kind,
            "Folder of the runs, one for each --mi in it",
            "Continue the run of one weight from its folder; only --epochs and --device may change.",
            ["--precision"]);

        command.SetAction((parsed, cancellation) =>
        {
            var progress = new M2Progress(folder.Progress(parsed));
            if (folder.Resumed(parsed) is { } resumed)
            {
                using var device = folder.Open(parsed);
                progress.Train(M2Checkpoint.Restore(device, resumed.Path, resumed.Length), resumed.Folder,
                    cancellation);
            }
            else
            {
                var options = new M2RunOptions
                {
                    Data = parsed.GetValue(data)!, Labels = parsed.GetValue(labels),
                    Hidden = Widths.Parse(parsed.GetValue(hidden)!), Latent = parsed.GetValue(latent),
                    Activation = parsed.GetValue(activation), Alpha = parsed.GetValue(alpha),
                    Epochs = parsed.GetValue(epochs), BatchSize = parsed.GetValue(batch),
                    LearningRate = parsed.GetValue(rate), Seed = parsed.GetValue(seed),
                };
                M2RunOptions[] runs =
                [
                    .. CommandOptions.Numbers("--mi", parsed.GetValue(information)!)
                        .Select(weight => (options with { Information = weight }).Validated()),
                ];
                var split = VaeRun.LoadData(options.Data);
                var target = folder.ForNewRun(parsed);
                foreach (var run in runs)
                {
                    if (cancellation.IsCancellationRequested) break;
                    using var opened = folder.Open(parsed);
                    progress.Train(new(opened, run with { Data = VaeRun.FullName(run.Data) }, split),
                        Path.Combine(target, FormattableString.Invariant($"mi-{run.Information}")), cancellation);
                }
            }
            if (folder.Json(parsed)) Console.WriteLine(progress.Json());
            return Task.FromResult(cancellation.IsCancellationRequested ? StopSignal.ExitCode : 0);
        });
        return command;
    }
}
