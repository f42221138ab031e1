using System.CommandLine;
using System.Text.Json.Nodes;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Cli;

/// <summary><c>hybrid train diffusion</c>.</summary>
static class TrainDiffusion
{
    public static Command Command()
    {
        var defaults = new DiffusionRunOptions();
        var command = new Command("diffusion",
            "Train a diffusion of points or of pictures (Ho et al. 2020; Kingma et al. 2021; Kong et al. 2023).");
        Option<T> Add<T>(string name, string help, string value, T start) =>
            CommandOptions.Add(command, name, help, value, start);
        var data = Add("--data", "scg, grid, rings, moons or swirl (made here), a CSV file, a point a line, or pictures:"
            + " mnist[:FOLDER], or a folder or file of IDX images; or codes:FOLDER, draws of q(z | x) of the VAE there.",
            "DATA", defaults.Data);
        var network = Add("--network", "What is trained.", "NAME", defaults.Network);
        var width = Add("--width", "Units of every layer of the network, or columns of a token.", "W", defaults.Width);
        var layers = Add("--layers", "Hidden layers behind the sum of input and time, or blocks of a transformer.", "N",
            defaults.Layers);
        var heads = Add("--heads", "Heads of a transformer's attention.", "N", defaults.Heads);
        var patch = Add("--patch", "Sides of a transformer's patches, pixels.", "N", defaults.Patch);
        var channels = Add("--channels", "Channels of a U-Net's largest pictures, a multiple of 8.", "C",
            defaults.Channels);
        var multipliers = Add("--multipliers", "Of a U-Net's channels, one for each size: 28, 14 and 7 pixels.",
            "M,M,M", defaults.Multipliers);
        var features = Add("--features", "Columns of the time's embedding, an even number.", "N", defaults.Features);
        var octaves = Add<int?>("--octaves",
            "Sines and cosines of each coordinate or pixel that the network sees: 7 for dit and unet, none for mlp unless"
            + " told.",
            "N", defaults.Octaves);
        var classes = new Option<bool>("--classes")
        {
            Description = "Tell the network each row's class: digits' labels, the piece of grid, rings or moons.",
        };
        command.Add(classes);
        var dropout = Add("--class-dropout",
            "Part of the rows whose class it is not told, so that it knows p(x), too (Ho & Salimans 2022).", "PART",
            defaults.ClassDropout);
        var target = Add("--target", "What the network answers: eps, x or v.", "NAME", defaults.Target);
        var schedule = Add("--schedule", $"Levels of noise: {string.Join(", ", NoiseSchedule.All)}.", "NAME",
            defaults.Schedule);
        var zero = new Option<bool>("--zero-terminal")
        {
            Description = "Take the signal out of the schedule's last level (Lin et al. 2024); not with --target eps.",
        };
        command.Add(zero);
        var weight = Add("--weight", $"{NoiseNames.Weights}.", "WEIGHT", defaults.Weight);
        var times = Add("--times", $"How levels are drawn: {LevelDraws.Names}.", "LAW", defaults.Times);
        var average = Add("--ema", "What a step keeps of the average of parameters, which is evaluated; 0 for none.",
            "PART", defaults.Average);
        var epochs = Add("--epochs", "Passes over the points.", "N", defaults.Epochs);
        var batch = Add("--batch", "Points per step.", "B", defaults.BatchSize);
        var rate = Add("--lr", "Adam's learning rate.", "RATE", defaults.LearningRate);
        var rates = Add("--lr-schedule", "How it goes: constant, or linear to 0 at the last step.", "NAME",
            defaults.RateSchedule);
        var clip = Add("--clip", "Gradients longer than this are shortened to it (Pascanu et al. 2013); 0 for none.", "NORM",
            defaults.Clip);
        var seed = Add("--seed", "Equal seeds give equal bits, on every device.", "N", defaults.Seed);
        var folder = new RunFolderOptions(command, DiffusionCheckpoint.Kind, "Folder of the run",
            "Continue a run from its folder or checkpoint; only --epochs and --device may change.", ["--precision"]);

        command.SetAction(parsed =>
        {
            if (folder.Resumed(parsed) is { } run)
            {
                using var resumed = folder.Open(parsed);
                return Train(DiffusionCheckpoint.Restore(resumed, run.Path, run.Length), run.Folder,
                    folder.Json(parsed));
            }
            var options = new DiffusionRunOptions
            {
                Data = DiffusionData.FullName(parsed.GetValue(data)!), Network = parsed.GetValue(network),
                Width = parsed.GetValue(width),
                Layers = parsed.GetValue(layers), Features = parsed.GetValue(features),
                Heads = parsed.GetValue(heads), Patch = parsed.GetValue(patch),
                Channels = parsed.GetValue(channels), Multipliers = parsed.GetValue(multipliers)!,
                Octaves = parsed.GetValue(octaves), Classes = parsed.GetValue(classes),
                ClassDropout = parsed.GetValue(dropout),
                Target = parsed.GetValue(target)!, Schedule = parsed.GetValue(schedule)!,
                ZeroTerminal = parsed.GetValue(zero), Weight = parsed.GetValue(weight)!,
                Times = parsed.GetValue(times)!, Average = parsed.GetValue(average),
                Epochs = parsed.GetValue(epochs), BatchSize = parsed.GetValue(batch),
                LearningRate = parsed.GetValue(rate), RateSchedule = parsed.GetValue(rates),
                Clip = parsed.GetValue(clip), Seed = parsed.GetValue(seed),
            }.Validated();
            var points = DiffusionData.Load(options.Data, options.Seed);
            using var opened = folder.Open(parsed);
            return Train(new(opened, options, points), folder.ForNewRun(parsed), folder.Json(parsed));
        });
        return command;
    }

    static int Train(DiffusionTrainer trainer, string folder, bool json)
    {
        using var stop = new StopSignal();
        var options = trainer.Options;
        var path = new FolderRun<DiffusionReport>(trainer, DiffusionCheckpoint.Kind,
            [$"diffusion {Lower(options.Network)} {trainer.Data.D}-{Sizes(options)} answers {options.Target}"
                + $" · {trainer.Denoiser.Schedule} schedule · weight {options.Weight} · times {options.Times}"
                + $" · {trainer.StepsPerEpoch} steps an epoch · data {trainer.Data.Name}"],
            path => DiffusionCheckpoint.Save(path, trainer),
            report => FormattableString.Invariant($"epoch {report.Epoch,4}/{options.Epochs}")
                + FormattableString.Invariant($" │ squared error of {options.Target} {report.TrainError:F5}")
                + FormattableString.Invariant($" │ {report.StepsPerSecond:F0} steps/s"),
            Math.Max(1, options.Epochs / Lines)).Train(folder, json ? Console.Error : Console.Out, stop.Token);
        if (json) Console.WriteLine(VaeResult.Line(Result(trainer, path)));
        return trainer.IsFinished ? 0 : StopSignal.ExitCode;
    }

    static string Sizes(DiffusionRunOptions options) => options.Network == DiffusionNetwork.Unet
        ? $"{options.Channels}·({options.Multipliers})"
        : $"{options.Layers}×{options.Width}";

    static string Lower(DiffusionNetwork network) => network.ToString().ToLowerInvariant();

    /// <summary>Lines of a whole run; each leaves a checkpoint.</summary>
    const int Lines = 20;

    static JsonObject Result(DiffusionTrainer trainer, string path) => new()
    {
        ["model"] = DiffusionCheckpoint.Kind,
        ["device"] = trainer.Denoiser.Device.Description,
        ["options"] = JsonNode.Parse(trainer.Options.ToJson()),
        ["finished"] = trainer.IsFinished,
        ["epochs"] = trainer.History.Count,
        ["steps"] = trainer.Optimizer.Steps,
        ["trainError"] = trainer.History is [.., var last] ? VaeResult.Number(last.TrainError) : null,
        ["parametersHash"] = ParametersHash.Of(trainer.Denoiser.Device, trainer.Average.Parameters),
        ["checkpoint"] = path,
    };
}
