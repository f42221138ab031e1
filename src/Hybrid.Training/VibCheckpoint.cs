using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Training;

/// <summary>
/// A bottleneck's run between two epochs, in a safetensors file: all that continues it bit for bit.
/// </summary>
public sealed class VibCheckpoint
{
    /// <summary>Its name in a run's folder.</summary>
    public const string FileName = "checkpoint.safetensors";

    /// <summary>What its file says that it holds.</summary>
    public const string Kind = "vib";

    readonly SafetensorsFile file;

    VibCheckpoint(SafetensorsFile file, VibRunOptions options) => (this.file, Options) = (file, options);

    public VibRunOptions Options { get; }

    /// <summary>Writes the run as it stands after an epoch: all or nothing.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void Save(string path, VibTrainer trainer) => ModelFile.SaveRun(
        path, Kind, trainer.Options.ToJson(), trainer.Optimizer, trainer.TrainingSet, trainer.History);

    /// <summary>A file that was read.</summary>
    /// <exception cref="UserError">It holds no bottleneck.</exception>
    public static VibCheckpoint Of(SafetensorsFile file)
    {
        ModelFile.Require(file, Kind, "a checkpoint of a bottleneck");
        return new(file, VibRunOptions.FromJson(file.Note(ModelFile.OptionsKey), file.Path));
    }

    /// <summary>The trained model on a device.</summary>
    /// <exception cref="UserError">A tensor is missing or has another shape than the options say.</exception>
    public Vib Load(Device device)
    {
        var vib = new Vib(
            device, Options.ShapeFor(ModelFile.Side(file, "encoder/0/w", 0), ModelFile.Side(file, "classifier/0/w", 1)),
            Options.Seed);
        ModelFile.Upload(file, device, vib.Parameters, vib.Parameters.Values, "");
        return vib;
    }

    /// <summary>
    /// A trainer that stands where the saved one stood; <paramref name="epochs"/> may extend it.
    /// </summary>
    /// <exception cref="UserError">The file or its data cannot be read, or do not fit each other.</exception>
    public static VibTrainer Restore(Device device, string path, int? epochs)
    {
        var checkpoint = Of(SafetensorsFile.Read(Directory.Exists(path) ? Path.Combine(path, FileName) : path));
        var options = (checkpoint.Options with { Epochs = epochs ?? checkpoint.Options.Epochs }).Validated();
        var trainer = new VibTrainer(device, options, VaeRun.LoadData(options.Data));
        trainer.Restore(ModelFile.RestoreRun<VibReport>(
            checkpoint.file, trainer.Optimizer, trainer.TrainingSet, options.Data, options.Epochs));
        return trainer;
    }
}
