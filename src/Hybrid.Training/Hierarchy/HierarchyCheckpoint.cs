using System.Text.Json;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>A hierarchy's run between two epochs.</summary>
/// <remarks>
/// Parameters keep their names (<c>encoder/0/w</c>, <c>encoder/z2/0/w</c>, <c>decoder/z1/0/w</c> …).
/// </remarks>
public sealed class HierarchyCheckpoint : RunCheckpoint<HierarchyRunOptions>
{
    /// <summary>What its file says that it holds.</summary>
    public const string Kind = "hvae";

    HierarchyCheckpoint(SafetensorsFile file)
        : base(file, Kind, "a checkpoint of a hierarchical VAE") => (Height, Width) = ImageSize();

    /// <summary>Rows of an image of the data the model was trained on.</summary>
    public int Height { get; }

    /// <summary>Columns of an image of the data the model was trained on.</summary>
    public int Width { get; }

    /// <summary>Writes the run as it stands after an epoch: all or nothing.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void Save(string path, HierarchyTrainer trainer) => ModelFile.SaveRun(
        path, Kind, trainer.Options.ToJson(), trainer, trainer.TrainingSet,
        JsonSerializer.Serialize((int[])[trainer.TrainingSet.Height, trainer.TrainingSet.Width]));

    /// <summary>A file that was read.</summary>
    /// <exception cref="UserError">It holds no hierarchy.</exception>
    public static HierarchyCheckpoint Of(SafetensorsFile file) => new(file);

    (int Height, int Width) ImageSize()
    {
        try
        {
            if (JsonSerializer.Deserialize<int[]>(File.Note(ModelFile.SizeKey))
                is [> 0 and < 1 << 12 and var height, > 0 and < 1 << 12 and var width])
                return (height, width);
        }
        catch (JsonException)
        {
            // Told below.
        }
        throw new UserError(
            File.Path, $"its note {ModelFile.SizeKey} is not a size", "use a checkpoint of this version");
    }

    /// <summary>The trained model on a device.</summary>
    /// <exception cref="UserError">A tensor is missing or has another shape than the options say.</exception>
    public HierarchicalVae Load(Device device)
    {
        var vae = new HierarchicalVae(device, Options.ShapeFor(Height * Width), Options.Vae.Seed);
        ModelFile.Upload(File, device, vae.Parameters, vae.Parameters.Values, "");
        return vae;
    }

    /// <summary>The data it was trained on, or other data of the same size.</summary>
    /// <exception cref="UserError">They cannot be read, or have another size.</exception>
    public DataSplit LoadData(string? other)
    {
        var name = other ?? Options.Vae.Data;
        var split = VaeRun.LoadData(name);
        if ((split.Test.Height, split.Test.Width) != (Height, Width))
            throw new UserError($"--data {name}",
                $"has {split.Test.Height}×{split.Test.Width} images, the model {Height}×{Width}",
                "give data of the model's size");
        return split;
    }

    /// <summary>
    /// A trainer that stands where the saved one stood; <paramref name="epochs"/> may extend it.
    /// </summary>
    /// <exception cref="UserError">The file or its data cannot be read, or do not fit each other.</exception>
    public static HierarchyTrainer Restore(Device device, string path, int? epochs)
    {
        var checkpoint = new HierarchyCheckpoint(FileAt(path));
        var vae = checkpoint.Options.Vae;
        vae = vae with { Epochs = epochs ?? vae.Epochs };
        var options = (checkpoint.Options with { Vae = vae }).Validated();
        var trainer = new HierarchyTrainer(device, options, checkpoint.LoadData(null));
        ModelFile.RestoreRun(checkpoint.File, trainer, trainer.TrainingSet, vae.Data);
        return trainer;
    }
}
