using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Training;

/// <summary>M2's run between two epochs.</summary>
public sealed class M2Checkpoint : RunCheckpoint<M2RunOptions>
{
    /// <summary>What its file says that it holds.</summary>
    public const string Kind = "m2";

    M2Checkpoint(SafetensorsFile file)
        : base(file, Kind, "a checkpoint of M2")
    {
    }

    /// <summary>Of the images.</summary>
    /// <exception cref="UserError">The file does not say.</exception>
    public (int Height, int Width) ImageSize => ModelFile.ImageSize(File);

    /// <summary>Writes the run as it stands after an epoch: all or nothing.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void Save(string path, M2Trainer trainer) => ModelFile.SaveRun(
        path, Kind, trainer.Options.ToJson(), trainer, trainer.TrainingSet);

    /// <summary>A file that was read.</summary>
    /// <exception cref="UserError">It holds no M2.</exception>
    public static M2Checkpoint Of(SafetensorsFile file) => new(file);

    /// <summary>The trained model on a device.</summary>
    /// <exception cref="UserError">A tensor is missing or has another shape than the options say.</exception>
    public M2 Load(Device device)
    {
        var (pixels, classes) = (
            ModelFile.Side(File, "encoder/in/w", 0), ModelFile.Side(File, "encoder/in/y", 0));
        var m2 = new M2(device, Options.ShapeFor(pixels, classes), Options.Seed);
        ModelFile.Upload(File, device, m2.Parameters, m2.Parameters.Values, "");
        return m2;
    }

    /// <summary>
    /// A trainer that stands where the saved one stood; <paramref name="epochs"/> may extend it.
    /// </summary>
    /// <exception cref="UserError">The file or its data cannot be read, or do not fit each other.</exception>
    public static M2Trainer Restore(Device device, string path, int? epochs)
    {
        var checkpoint = new M2Checkpoint(FileAt(path));
        var options = (checkpoint.Options with { Epochs = epochs ?? checkpoint.Options.Epochs }).Validated();
        var trainer = new M2Trainer(device, options, VaeRun.LoadData(options.Data));
        ModelFile.RestoreRun(checkpoint.File, trainer, trainer.TrainingSet, options.Data);
        return trainer;
    }
}
