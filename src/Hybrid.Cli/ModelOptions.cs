using System.CommandLine;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Cli;

/// <summary>What every command that uses a trained model asks for: its file, its data, a device.</summary>
sealed class ModelOptions
{
    readonly Argument<string> path = new("model")
    {
        Description = "A run's folder, or a file of it: best.safetensors, checkpoint.safetensors.",
    };

    readonly Option<string?> data = new("--data")
    {
        Description = "Other data of the same size than the model was trained on.",
        HelpName = "DATA",
    };

    readonly DeviceOptions device = new();

    public ModelOptions(Command command)
    {
        command.Add(path);
        command.Add(data);
        device.AddTo(command);
    }

    public Device OpenDevice(ParseResult parsed) => device.Open(parsed);

    /// <summary>The model alone.</summary>
    public (VaeCheckpoint Checkpoint, Vae Vae) LoadModel(ParseResult parsed, Device on)
    {
        var checkpoint = VaeCheckpoint.Read(FileOf(parsed.GetValue(path)!));
        return (checkpoint, checkpoint.Load(on));
    }

    /// <summary>The model and its data.</summary>
    /// <exception cref="UserError">Either cannot be read, or they do not fit.</exception>
    public (VaeCheckpoint Checkpoint, Vae Vae, DataSplit Data) Load(ParseResult parsed, Device on)
    {
        var (checkpoint, vae) = LoadModel(parsed, on);
        var name = parsed.GetValue(data) ?? checkpoint.Options.Data;
        var split = VaeRun.LoadData(name);
        if ((split.Test.Height, split.Test.Width) != (checkpoint.Height, checkpoint.Width))
            throw new UserError($"--data {name}",
                $"has {split.Test.Height}×{split.Test.Width} images, the model {checkpoint.Height}×{checkpoint.Width}",
                "give data of the model's size");
        return (checkpoint, vae, split);
    }

    static string FileOf(string path)
    {
        if (!Directory.Exists(path)) return path;
        var best = Path.Combine(path, VaeRun.BestName);
        return File.Exists(best) ? best : Path.Combine(path, VaeRun.CheckpointName);
    }
}
