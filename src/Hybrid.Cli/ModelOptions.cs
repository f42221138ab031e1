using System.CommandLine;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Checkpoints;
using Hybrid.Training.Data;

namespace Hybrid.Cli;

/// <summary>What every command that uses a trained model asks for: its file, its data, a device.</summary>
sealed class ModelOptions
{
    readonly Argument<string> path = new("model")
    {
        Description = "A run's folder, or a file of it: best, checkpoint or mixture.safetensors.",
    };

    readonly Option<string?> data = new("--data")
    {
        Description = "Other data, of the same size as what the model was trained on.",
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

    /// <summary>The file, whatever model it holds.</summary>
    /// <exception cref="UserError">It cannot be read.</exception>
    public SafetensorsFile Read(ParseResult parsed) => SafetensorsFile.Read(FileOf(parsed.GetValue(path)!));

    /// <summary>What <c>--data</c> names; null where it was not given.</summary>
    public string? Data(ParseResult parsed) => parsed.GetValue(data);

    /// <summary>A VAE and its data.</summary>
    /// <exception cref="UserError">Either cannot be read, or they do not fit.</exception>
    public (VaeCheckpoint Checkpoint, Vae Vae, DataSplit Data) Load(ParseResult parsed, Device on) =>
        Load(parsed, on, Read(parsed));

    /// <summary>The same from a file that was read.</summary>
    /// <exception cref="UserError">It holds no VAE, its data cannot be read, or they do not fit.</exception>
    public (VaeCheckpoint Checkpoint, Vae Vae, DataSplit Data) Load(
        ParseResult parsed, Device on, SafetensorsFile file)
    {
        var checkpoint = VaeCheckpoint.Of(file);
        var vae = checkpoint.Load(on);
        var name = Data(parsed) ?? checkpoint.Options.Data;
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
        string[] names = [VaeRun.BestName, VaeRun.CheckpointName, MixtureCheckpoint.FileName];
        return names.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)
            ?? Path.Combine(path, VaeRun.CheckpointName);
    }
}
