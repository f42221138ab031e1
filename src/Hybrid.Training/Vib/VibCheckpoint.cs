using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Training;

/// <summary>A bottleneck's run between two epochs.</summary>
public sealed class VibCheckpoint : RunCheckpoint<VibRunOptions>
{
    /// <summary>What its file says that it holds.</summary>
    public const string Kind = "vib";

    VibCheckpoint(SafetensorsFile file)
        : base(file, Kind, "a checkpoint of a bottleneck")
    {
    }

    /// <summary>Writes the run as it stands after an epoch: all or nothing.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void Save(string path, VibTrainer trainer) => ModelFile.SaveRun(
        path, Kind, trainer.Options.ToJson(), trainer, trainer.TrainingSet);

    /// <summary>A file that was read.</summary>
    /// <exception cref="UserError">It holds no bottleneck.</exception>
    public static VibCheckpoint Of(SafetensorsFile file) => new(file);

    /// <summary>The trained model on a device.</summary>
    /// <exception cref="UserError">A tensor is missing or has another shape than the options say.</exception>
    public Vib Load(Device device)
    {
        var (pixels, classes) = (
            ModelFile.Side(File, "encoder/0/w", 0), ModelFile.Side(File, "classifier/0/w", 1));
        var vib = new Vib(device, Options.ShapeFor(pixels, classes), Options.Seed);
        ModelFile.Upload(File, device, vib.Parameters, vib.Parameters.Values, "");
        return vib;
    }

    /// <summary>
    /// A trainer that stands where the saved one stood; <paramref name="epochs"/> may extend it.
    /// </summary>
    /// <exception cref="UserError">The file or its data cannot be read, or do not fit each other.</exception>
    public static VibTrainer Restore(Device device, string path, int? epochs)
    {
        var checkpoint = new VibCheckpoint(FileAt(path));
        var options = (checkpoint.Options with { Epochs = epochs ?? checkpoint.Options.Epochs }).Validated();
        var trainer = new VibTrainer(device, options, VaeRun.LoadData(options.Data));
        ModelFile.RestoreRun(checkpoint.File, trainer, trainer.TrainingSet, options.Data);
        return trainer;
    }
}
