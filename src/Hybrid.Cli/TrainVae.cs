using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid train vae</c>.</summary>
static class TrainVae
{
    const int Stopped = 130;

    public static Command Command()
    {
        var defaults = new VaeRunOptions();
        var command = new Command("vae", "Train a variational autoencoder; every figure in nats per image.");
        Option<T> Add<T>(string name, string help, string value, T start)
        {
            var option = new Option<T>(name)
            {
                Description = help, HelpName = value, DefaultValueFactory = _ => start,
            };
            command.Add(option);
            return option;
        }
        var data = Add("--data", "sprites (made here), or a folder or file of IDX images such as MNIST.", "DATA",
            defaults.Data);
        var hidden = Add("--hidden", "Widths of the encoder's hidden layers; the decoder has them in reverse.",
            "W,W…", string.Join(',', defaults.Hidden));
        var latent = Add("--latent", "Dimensions of z.", "K", defaults.Latent);
        var activation = Add("--activation", "Between layers: relu, tanh, silu, gelu, sigmoid or identity.", "ACT",
            defaults.Activation);
        var likelihood = Add("--likelihood",
            "bernoulli (pixels are drawn as 0 or 1 at every use) or gaussian (grey values).", "KIND", "bernoulli");
        var sigma = Add("--sigma", "Standard deviation of a Gaussian likelihood: a number, or 'learn'.", "S",
            defaults.Sigma.ToString(CultureInfo.InvariantCulture));
        var beta = Add("--beta", "Weight of the KL in the objective.", "β", defaults.Beta);
        var prior = Add("--prior",
            "p(z): standard, mog, vamp, gtm, gtm-vamp or flow (networks as wide as the encoder).", "KIND", "standard");
        var components = Add("--components", "Of a prior that is a mixture; a square on gtm's grid.", "K",
            defaults.Components);
        var epochs = Add("--epochs", "Passes over the training set.", "N", defaults.Epochs);
        var batch = Add("--batch", "Images per step.", "B", defaults.BatchSize);
        var rate = Add("--lr", "Adam's learning rate.", "RATE", defaults.LearningRate);
        var schedule = Add("--lr-schedule", "constant, or linear (to 0 at the last step).", "KIND",
            defaults.Schedule);
        var seed = Add("--seed", "Equal seeds give equal bits, on every device.", "N", defaults.Seed);
        var folder = Add<string?>("--out", "Folder of the run; runs/vae-N unless told.", "FOLDER", null);
        var resume = Add<string?>("--resume",
            "Continue a run from its folder or checkpoint; only --epochs, --device and where --data lies may change.", "PATH", null);
        var json = new Option<bool>("--json")
        {
            Description = "Print one line of JSON at the end; progress goes to the error stream.",
        };
        command.Add(json);
        var device = new DeviceOptions();
        device.AddTo(command);

        command.SetAction(parsed =>
        {
            var extended = parsed.GetResult(epochs) is { Implicit: false } ? parsed.GetValue(epochs) : (int?)null;
            if (parsed.GetValue(resume) is { } path)
            {
                RefuseOthers(parsed, command, [resume.Name, epochs.Name, data.Name, json.Name, "--device", "--threads"]);
                using var resumed = device.Open(parsed);
                var elsewhere = parsed.GetResult(data) is { Implicit: false } ? parsed.GetValue(data) : null;
                return Train(VaeRun.Resume(resumed, path, extended, elsewhere), parsed.GetValue(json));
            }
            var (kind, standardDeviation) = Likelihood(parsed.GetValue(likelihood)!, parsed.GetValue(sigma)!);
            var options = new VaeRunOptions
            {
                Data = parsed.GetValue(data)!, Hidden = Widths.Parse(parsed.GetValue(hidden)!),
                Latent = parsed.GetValue(latent), Activation = parsed.GetValue(activation), Likelihood = kind,
                Sigma = standardDeviation, Beta = parsed.GetValue(beta), Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batch), LearningRate = parsed.GetValue(rate),
                Schedule = parsed.GetValue(schedule), Seed = parsed.GetValue(seed),
                Prior = PriorNames.Parse(parsed.GetValue(prior)!), Components = parsed.GetValue(components),
            }.Validated();
            using var opened = device.Open(parsed);
            var target = parsed.GetValue(folder) ?? VaeRun.NextFolder("vae");
            return Train(VaeRun.Start(opened, options, target), parsed.GetValue(json));
        });
        return command;
    }

    static int Train(VaeRun run, bool json)
    {
        using var cancellation = new CancellationTokenSource();
        void Cancel(PosixSignalContext signal)
        {
            if (cancellation.IsCancellationRequested) return;
            signal.Cancel = true;
            cancellation.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);

        var progress = new TrainingProgress(run, json ? Console.Error : Console.Out,
            json ? Console.IsErrorRedirected : Console.IsOutputRedirected);
        progress.Show(() => run.Run(cancellation.Token));
        if (json) Console.WriteLine(VaeResult.Of(run));
        return run.Trainer.IsFinished ? 0 : Stopped;
    }

    static void RefuseOthers(ParseResult parsed, Command command, string[] allowed)
    {
        foreach (var option in command.Options)
            if (!allowed.Contains(option.Name) && parsed.GetResult(option) is { Implicit: false })
                throw new UserError(option.Name, "was decided when the run started", "leave it out with --resume");
    }

    static (LikelihoodKind Kind, double Sigma) Likelihood(string kind, string sigma)
    {
        var learnt = sigma == "learn";
        var start = 1.0;
        if (!learnt && !double.TryParse(sigma, CultureInfo.InvariantCulture, out start))
            throw new UserError($"--sigma {sigma}", "is not a standard deviation", "give a number > 0, or learn");
        return kind switch
        {
            "bernoulli" => (LikelihoodKind.Bernoulli, start),
            "gaussian" => (learnt ? LikelihoodKind.GaussianLearnt : LikelihoodKind.GaussianFixed, start),
            _ => throw new UserError($"--likelihood {kind}", "is not known", "give bernoulli or gaussian"),
        };
    }
}
