using System.CommandLine;
using System.Globalization;
using Hybrid.Reporting;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid sweep rate-distortion</c>.</summary>
static class SweepRateDistortion
{
    public static Command Command()
    {
        var command = new Command("rate-distortion",
            "Train a VAE for every β and draw the frontier: H − D ≤ I_q ≤ R in nats, slope −β (Alemi et al. 2018).");
        var betas = CommandOptions.Add(
            command, "--betas", "Weights of the rate, different ones.", "β,β…", "0.25,0.5,1,2,4,8");
        var options = TrainVae.AddOptions(command);
        // A run has one β, and the sweep its own.
        command.Options.Remove(command.Options.Single(option => option.Name == "--beta"));
        var folder = CommandOptions.Add<string?>(
            command, "--out", "Folder of the sweep; runs/frontier-N unless told.", "FOLDER", null);
        var resume = CommandOptions.Add<string?>(command, "--resume",
            "Continue a sweep from its folder: no finished β is trained again.", "FOLDER", null);
        var json = new Option<bool>("--json")
        {
            Description = "Print the result as one line of JSON at the end; progress goes to the error stream.",
        };
        command.Add(json);
        var device = new DeviceOptions();
        device.AddTo(command);

        command.SetAction(parsed =>
        {
            RateDistortionSweep sweep;
            if (parsed.GetValue(resume) is { } path)
            {
                CommandOptions.RefuseOthers(parsed, command, [resume.Name, json.Name, "--device", "--threads"]);
                sweep = RateDistortionSweep.Resume(path);
            }
            else
            {
                sweep = RateDistortionSweep.Start(options(parsed), Numbers(parsed.GetValue(betas)!),
                    parsed.GetValue(folder) ?? VaeRun.NextFolder("frontier"));
            }
            var writer = parsed.GetValue(json) ? Console.Error : Console.Out;
            using var stop = new StopSignal();
            sweep.Run(() => device.Open(parsed), run => Announce(run, sweep, writer), Draw, stop.Token);
            Print(sweep, writer);
            if (parsed.GetValue(json)) Console.WriteLine(sweep.ToJson());
            return sweep.IsFinished ? 0 : StopSignal.ExitCode;
        });
        return command;
    }

    static double[] Numbers(string text) => Array.ConvertAll(text.Split(','), part =>
        double.TryParse(part, CultureInfo.InvariantCulture, out var beta)
            ? beta
            : throw new UserError($"--betas {text}", $"'{part}' is not a weight", "give numbers such as 0.5,1,2"));

    static string Picture(RateDistortionSweep sweep) => Path.Combine(sweep.Folder, "frontier.svg");

    static void Draw(RateDistortionSweep sweep) => FrontierPlot.Write(Picture(sweep), sweep.Frontier);

    static void Announce(VaeRun run, RateDistortionSweep sweep, TextWriter writer)
    {
        var (trainer, which) = (run.Trainer, sweep.Frontier.Points.Count + 1);
        var at = trainer.Optimizer.Steps == 0 ? "" : $", from epoch {trainer.History.Count + 1}";
        if (which == 1) writer.WriteLine(trainer.Vae.Device.Description);
        writer.WriteLine(Text($"β {trainer.Options.Beta} · {which} of {sweep.Betas.Count}{at}"));
        trainer.AfterEpoch = report => writer.WriteLine(
            Text($"  epoch {report.Epoch,3}/{trainer.Options.Epochs} │ D {report.Test.Reconstruction,8:F3}")
            + Text($" │ R {report.Test.Kl,7:F3} │ I_q {report.Test.MutualInformation,6:F3}"));
    }

    static void Print(RateDistortionSweep sweep, TextWriter writer)
    {
        var frontier = sweep.Frontier;
        writer.WriteLine(frontier.Entropy is { } H
            ? Text($"nats per image of the test set; H {H:F3}; slope ∂D/∂R from a point's neighbours")
            : "nats per image of the test set; H is not known; slope ∂D/∂R from a point's neighbours");
        writer.WriteLine(Text($"{"β",8}{"D",10}{"H − D",10}{"I_q",9}{"R",9}{"−ELBO",10}{"slope",9}{"−β",9}{"AU",5}"));
        for (var i = 0; i < frontier.Points.Count; i++)
        {
            var point = frontier.Points[i];
            var (proved, slope) = (Number(frontier.Proved(i)), Number(frontier.Slope(i)));
            writer.WriteLine(
                Text($"{point.Beta,8}{point.Distortion,10:F3}{proved,10}{point.MutualInformation,9:F3}")
                + Text($"{point.Rate,9:F3}{point.NegativeElbo,10:F3}{slope,9}{-point.Beta,9}{point.ActiveUnits,5}"));
        }
        writer.WriteLine(sweep.IsFinished
            ? $"finished · {Picture(sweep)}"
            : $"stopped · continue with: hybrid sweep rate-distortion --resume {sweep.Folder}");
    }

    static string Number(double? value) => value is { } known ? Text($"{known:F3}") : "–";

    static string Text(FormattableString text) => FormattableString.Invariant(text);
}
