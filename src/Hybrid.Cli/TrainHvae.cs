using System.CommandLine;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid train hvae</c>.</summary>
static class TrainHvae
{
    /// <summary>What a VAE of one level has, and a hierarchy has not, or has in its own way.</summary>
    static readonly string[] OfOneLevel = ["--latent", "--objective", "--prior", "--prior-components"];

    public static Command Command()
    {
        var defaults = new HierarchyRunOptions(new VaeRunOptions());
        var command = new Command("hvae",
            "Train a VAE with T levels of latent variables: bottom-up, a chain as a diffusion has it (Burda et al."
            + " 2016), or top-down, a ladder VAE (Sønderby et al. 2016); every figure in nats per image.");
        var latents = CommandOptions.Add(command, "--latents", "Dimensions of z_1 (next to x), z_2, … z_T.",
            "K,K…", string.Join(',', defaults.Latents));
        var inference = CommandOptions.Add(command, "--inference",
            "bottom-up: q(z_1 | x) Π q(z_t | z_t−1); top-down: q(z_T | x) Π q(z_t | x, z_t+1).", "KIND",
            "bottom-up");
        var between = CommandOptions.Add(command, "--between",
            "Widths between one level and the next, or none.", "W,W…", string.Join(',', defaults.Between));
        var vae = TrainVae.AddOptions(command);
        foreach (var option in command.Options)
        {
            option.Hidden = OfOneLevel.Contains(option.Name);
            if (option.Name == "--remedy")
                option.Description =
                    "Against posterior collapse: none; anneal:EPOCHS, a warm-up of all rates (Sønderby 2016);"
                    + " cyclical:CYCLES,RAMP (Fu 2019); free-bits:NATS per dimension, of a level together (Kingma"
                    + " 2016).";
        }
        var run = new RunFolderOptions(command, HierarchyCheckpoint.Kind, "Folder of the run",
            "Continue a run from its folder or checkpoint; only --epochs and --device may change.",
            ["--precision"]);

        command.SetAction(parsed =>
        {
            if (run.Resumed(parsed) is { } resumed)
            {
                using var device = run.Open(parsed);
                return Train(run, parsed,
                    HierarchyCheckpoint.Restore(device, resumed.Path, resumed.Length), resumed.Folder);
            }
            foreach (var name in OfOneLevel)
                if (CommandOptions.IsGiven(parsed, name))
                    throw new UserError(name, "is of a VAE of one level",
                        name == "--latent" ? "give --latents, one width a level" : "leave it out");
            var options = new HierarchyRunOptions(vae(parsed))
            {
                Latents = Widths.Parse(parsed.GetValue(latents)!, "--latents"),
                Between = Widths.Parse(parsed.GetValue(between)!, "--between"),
                Inference = Parse(parsed.GetValue(inference)!),
            }.Validated();
            using var opened = run.Open(parsed);
            var target = run.ForNewRun(parsed);
            var split = VaeRun.LoadData(options.Vae.Data);
            options = options with { Vae = options.Vae with { Data = VaeRun.FullName(options.Vae.Data) } };
            return Train(run, parsed, new(opened, options, split), target);
        });
        return command;
    }

    static int Train(RunFolderOptions run, ParseResult parsed, HierarchyTrainer trainer, string folder)
    {
        using var stop = new StopSignal();
        HierarchyProgress.Of(trainer).Train(folder, run.Progress(parsed), stop.Token);
        if (run.Json(parsed)) Console.WriteLine(VaeResult.Line(HierarchyResult.Of(trainer, folder)));
        return trainer.IsFinished ? 0 : StopSignal.ExitCode;
    }

    static Inference Parse(string text) => text switch
    {
        "bottom-up" => Inference.BottomUp,
        "top-down" => Inference.TopDown,
        _ => throw new UserError($"--inference {text}", "is not known", "give bottom-up or top-down"),
    };
}
