using System.Text.Json;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>
/// A hierarchy's run between two epochs, in a safetensors file: all that continues it bit for bit.
/// </summary>
/// <remarks>
/// Parameters keep their names (<c>encoder/0/w</c>, <c>encoder/z2/0/w</c>, <c>decoder/z1/0/w</c> …); Adam's
/// moments are <c>adam.m/…</c> and <c>adam.v/…</c>.
/// </remarks>
public sealed class HierarchyCheckpoint
{
    /// <summary>Its name in a run's folder.</summary>
    public const string FileName = "checkpoint.safetensors";

    /// <summary>What its file says that it holds.</summary>
    public const string Kind = "hvae";

    const string DataKey = "hybrid.data", HistoryKey = "hybrid.history", ImageKey = "hybrid.image";

    readonly SafetensorsFile file;

    HierarchyCheckpoint(SafetensorsFile file, HierarchyRunOptions options, int height, int width) =>
        (this.file, Options, Height, Width) = (file, options, height, width);

    public HierarchyRunOptions Options { get; }

    /// <summary>Rows of an image of the data the model was trained on.</summary>
    public int Height { get; }

    /// <summary>Columns of an image of the data the model was trained on.</summary>
    public int Width { get; }

    /// <summary>Writes the run as it stands after an epoch: all or nothing.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void Save(string path, HierarchyTrainer trainer) => SafetensorsFile.Write(
        path,
        Blocks(trainer).SelectMany(block => ModelFile.Tensors(
            trainer.Vae.Device, trainer.Vae.Parameters, block.Tensor, block.Prefix)),
        new Dictionary<string, string>
        {
            [ModelFile.KindKey] = Kind,
            [ModelFile.OptionsKey] = trainer.Options.ToJson(),
            [ImageKey] = JsonSerializer.Serialize((int[])[trainer.Image.Height, trainer.Image.Width]),
            [DataKey] = trainer.TrainingSet.Fingerprint,
            [HistoryKey] = JsonSerializer.Serialize(trainer.History),
        });

    /// <summary>A file that was read.</summary>
    /// <exception cref="UserError">It holds no hierarchy.</exception>
    public static HierarchyCheckpoint Of(SafetensorsFile file)
    {
        ModelFile.Require(file, Kind, "a checkpoint of a hierarchical VAE");
        var options = HierarchyRunOptions.FromJson(file.Note(ModelFile.OptionsKey), file.Path);
        try
        {
            if (JsonSerializer.Deserialize<int[]>(file.Note(ImageKey))
                is [> 0 and < 1 << 12 and var height, > 0 and < 1 << 12 and var width])
                return new(file, options, height, width);
        }
        catch (JsonException)
        {
            // Told below.
        }
        throw new UserError(
            file.Path, $"its note {ImageKey} is not a size", "use a checkpoint of this version");
    }

    /// <summary>The trained model on a device.</summary>
    /// <exception cref="UserError">A tensor is missing or has another shape than the options say.</exception>
    public HierarchicalVae Load(Device device)
    {
        var vae = new HierarchicalVae(device, Options.ShapeFor(Height * Width), Options.Vae.Seed);
        ModelFile.Upload(file, device, vae.Parameters, vae.Parameters.Values, "");
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
        if (Directory.Exists(path)) path = Path.Combine(path, FileName);
        var checkpoint = Of(SafetensorsFile.Read(path));
        var (file, vae) = (checkpoint.file, checkpoint.Options.Vae);
        vae = vae with { Epochs = epochs ?? vae.Epochs };
        var options = (checkpoint.Options with { Vae = vae }).Validated();
        var trainer = new HierarchyTrainer(device, options, checkpoint.LoadData(null));
        if (file.Note(DataKey) != trainer.TrainingSet.Fingerprint)
            throw new UserError(
                file.Path, $"was trained on other images than {vae.Data} holds", "put them back");
        foreach (var (prefix, tensor) in Blocks(trainer))
            ModelFile.Upload(file, device, trainer.Vae.Parameters, tensor, prefix);
        trainer.Restore(ModelFile.History<HierarchyReport>(file, HistoryKey, options.Vae.Epochs));
        return trainer;
    }

    static (string Prefix, Tensor Tensor)[] Blocks(HierarchyTrainer trainer) =>
    [
        ("", trainer.Vae.Parameters.Values),
        ("adam.m/", trainer.Optimizer.M), ("adam.v/", trainer.Optimizer.V),
    ];
}
