using System.CommandLine;
using System.Globalization;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid train vae</c>.</summary>
static class TrainVae
{
    const string RemedyHelp = "Against posterior collapse: none; anneal:EPOCHS (Bowman 2016); cyclical:CYCLES,RAMP (Fu "
        + "2019); free-bits:NATS per dimension, together where a prior learns (Kingma 2016); capacity:C,EPOCHS, "
        + "β|KL − C| (Burgess 2018); "
        + "aggressive:EPOCHS,STEPS, the encoder takes steps of its own (He 2019); delta:NATS, a prior AR(1) that no "
        + "posterior comes nearer to (δ-VAE, Razavi 2019).";

    const string ObjectiveHelp = "elbo; a bound from K draws of z per image, iwae:K (Burda 2016), iwae-stl:K (Roeder "
        + "2017), iwae-dreg:K (Tucker 2019); or −ELBO and a penalty of the codes: their covariance off and on its "
        + "diagonal, dip-i:OFF,ON, dip-ii:OFF,ON (Kumar 2018); their total correlation with weight BETA instead of 1, "
        + "tc:BETA (β-TCVAE, Chen 2018); GAMMA times the one that a discriminator sees, factor:GAMMA (FactorVAE, Kim "
        + "2018); MMD² of q(z) from p(z) with weight ALPHA + LAMBDA − 1 beside (1 − ALPHA)·KL, info:ALPHA,LAMBDA "
        + "(InfoVAE, Zhao 2019).";

    /// <summary>Gives a command the options of a VAE; returns what reads them.</summary>
    public static Func<ParseResult, VaeRunOptions> AddOptions(Command command)
    {
        var defaults = new VaeRunOptions();
        Option<T> Add<T>(string name, string help, string value, T start) =>
            CommandOptions.Add(command, name, help, value, start);
        var data = Add("--data", "sprites (made here), or a folder or file of IDX images such as MNIST.", "DATA",
            defaults.Data);
        var hidden = Add("--hidden", "Widths of the encoder's hidden layers; the decoder has them in reverse.",
            "W,W…", string.Join(',', defaults.Hidden));
        var latent = Add("--latent", "Dimensions of z.", "K", defaults.Latent);
        var activation = Add("--activation", "Between layers: relu, tanh, silu, gelu, sigmoid or identity.", "ACT",
            defaults.Activation);
        var likelihood = Add("--likelihood",
            "bernoulli (pixels are drawn as 0 or 1 at every use), continuous-bernoulli or gaussian (densities), "
            + "logistic or logistic-mixture (256 grey values) or categorical.", "KIND", "bernoulli");
        var components = Add("--components", "Components of a logistic-mixture.", "N", defaults.Components);
        var values = Add("--values", "Grey values of a categorical; pixels are rounded.", "N", defaults.Values);
        var sigma = Add("--sigma", "Standard deviation of a Gaussian likelihood: a number, or 'learn'.", "S",
            defaults.Sigma.ToString(CultureInfo.InvariantCulture));
        var beta = Add("--beta", "Weight of the KL in the objective.", "β", defaults.Beta);
        var objective = Add("--objective", ObjectiveHelp, "NAME[:N[,N]]", defaults.Objective);
        var remedy = Add("--remedy", RemedyHelp, "NAME[:N[,N]]", defaults.Remedy);
        var prior = Add("--prior",
            "p(z): standard, mog, vamp, gtm, gtm-vamp or flow (networks as wide as the encoder).", "KIND", "standard");
        var priorComponents = Add("--prior-components", "Of a prior that is a mixture; a square on gtm's grid.", "K",
            defaults.PriorComponents);
        var epochs = Add("--epochs", "Passes over the training set.", "N", defaults.Epochs);
        var batch = Add("--batch", "Images per step.", "B", defaults.BatchSize);
        var rate = Add("--lr", "Adam's learning rate.", "RATE", defaults.LearningRate);
        var schedule = Add("--lr-schedule", "constant, or linear (to 0 at the last step).", "KIND",
            defaults.Schedule);
        var seed = Add("--seed", "Equal seeds give equal bits, on every device.", "N", defaults.Seed);
        return parsed =>
        {
            var (kind, standardDeviation) = Likelihood(parsed.GetValue(likelihood)!, parsed.GetValue(sigma)!);
            return new VaeRunOptions
            {
                Data = parsed.GetValue(data)!, Hidden = Widths.Parse(parsed.GetValue(hidden)!),
                Latent = parsed.GetValue(latent), Activation = parsed.GetValue(activation), Likelihood = kind,
                Components = parsed.GetValue(components), Values = parsed.GetValue(values),
                Prior = PriorNames.Parse(parsed.GetValue(prior)!),
                PriorComponents = parsed.GetValue(priorComponents),
                Sigma = standardDeviation, Beta = parsed.GetValue(beta), Remedy = parsed.GetValue(remedy)!,
                Objective = parsed.GetValue(objective)!, Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batch), LearningRate = parsed.GetValue(rate),
                Schedule = parsed.GetValue(schedule), Seed = parsed.GetValue(seed),
            }.Validated();
        };
    }

    public static Command Command()
    {
        var command = new Command(
            "vae", "Train a variational autoencoder (Kingma & Welling 2014); every figure in nats per image.");
        var options = AddOptions(command);
        var folder = new RunFolderOptions(command, VaeCheckpoint.Kind, "Folder of the run",
            "Continue a run from its folder or checkpoint; only --epochs, --device and where --data lies may change.",
            ["--data"]);

        command.SetAction(parsed =>
        {
            if (folder.Resumed(parsed) is { } resumed)
            {
                using var device = folder.Open(parsed);
                var elsewhere =
                    CommandOptions.IsGiven(parsed, "--data") ? parsed.GetValue<string>("--data") : null;
                return Train(
                    VaeRun.Resume(device, resumed.Path, resumed.Length, elsewhere), folder.Json(parsed));
            }
            var chosen = options(parsed);
            using var opened = folder.Open(parsed);
            return Train(VaeRun.Start(opened, chosen, folder.ForNewRun(parsed)), folder.Json(parsed));
        });
        return command;
    }

    static int Train(VaeRun run, bool json)
    {
        using var stop = new StopSignal();
        var progress = new TrainingProgress(run, json ? Console.Error : Console.Out,
            json ? Console.IsErrorRedirected : Console.IsOutputRedirected);
        progress.Show(() => run.Run(stop.Token));
        var trainer = run.Trainer;
        var linear = LinearReport.Of(trainer.Options, trainer.Vae, trainer.TrainingSet, trainer.TestSet);
        if (json) Console.WriteLine(VaeResult.Of(run, linear));
        else linear?.Write(Console.Out);
        return run.Trainer.IsFinished ? 0 : StopSignal.ExitCode;
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
            "continuous-bernoulli" => (LikelihoodKind.ContinuousBernoulli, start),
            "logistic" => (LikelihoodKind.Logistic, start),
            "logistic-mixture" => (LikelihoodKind.LogisticMixture, start),
            "categorical" => (LikelihoodKind.Categorical, start),
            _ => throw new UserError($"--likelihood {kind}", "is not known",
                "give bernoulli, continuous-bernoulli, gaussian, logistic, logistic-mixture or categorical"),
        };
    }
}
