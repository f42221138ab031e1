using System.Text.Json;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Training;

/// <summary>
/// A bottleneck's run between two epochs, in a safetensors file: all that continues it bit for bit.
/// </summary>
/// <remarks>
/// Parameters keep their names (<c>encoder/0/w</c> …); Adam's moments are <c>adam.m/…</c> and
/// <c>adam.v/…</c>.
/// </remarks>
public sealed class VibCheckpoint
{
    /// <summary>Its name in a run's folder.</summary>
    public const string FileName = "checkpoint.safetensors";

    /// <summary>What its file says that it holds.</summary>
    public const string Kind = "vib";

    const string DataKey = "hybrid.data", HistoryKey = "hybrid.history";

    readonly SafetensorsFile file;

    VibCheckpoint(SafetensorsFile file, VibRunOptions options) => (this.file, Options) = (file, options);

    public VibRunOptions Options { get; }

    /// <summary>Writes the run as it stands after an epoch: all or nothing.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void Save(string path, VibTrainer trainer) => SafetensorsFile.Write(
        path,
        Blocks(trainer).SelectMany(block => trainer.Vib.Parameters.Specs.Select(spec => NamedTensor.Of(
            block.Prefix + spec.Name,
            trainer.Vib.Device.ToArray(trainer.Vib.Parameters.Part(block.Tensor, spec.Name)), spec.Shape.Rows, spec.Shape.Cols))),
        new Dictionary<string, string>
        {
            [ModelFile.KindKey] = Kind,
            [ModelFile.OptionsKey] = trainer.Options.ToJson(),
            [DataKey] = trainer.TrainingSet.Fingerprint,
            [HistoryKey] = JsonSerializer.Serialize(trainer.History),
        });

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
        long Side(string tensor, int side) => file[tensor].Shape is { Length: 2 } shape && shape[side] is > 0 and < 1 << 24
            ? shape[side]
            : throw new UserError(file.Path, $"tensor {tensor} is not a table", "use a checkpoint of this version");
        var vib = new Vib(
            device, Options.ShapeFor((int)Side("encoder/0/w", 0), (int)Side("classifier/0/w", 1)), Options.Seed);
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
        var file = checkpoint.file;
        var options = (checkpoint.Options with { Epochs = epochs ?? checkpoint.Options.Epochs }).Validated();
        var trainer = new VibTrainer(device, options, VaeRun.LoadData(options.Data));
        if (file.Note(DataKey) != trainer.TrainingSet.Fingerprint)
            throw new UserError(file.Path, $"was trained on other images than {options.Data} holds", "put them back");
        foreach (var (prefix, tensor) in Blocks(trainer))
            ModelFile.Upload(file, device, trainer.Vib.Parameters, tensor, prefix);
        trainer.Restore(ModelFile.History<VibReport>(file, HistoryKey, options.Epochs));
        return trainer;
    }

    static (string Prefix, Tensor Tensor)[] Blocks(VibTrainer trainer) =>
        [("", trainer.Vib.Parameters.Values), ("adam.m/", trainer.Optimizer.M), ("adam.v/", trainer.Optimizer.V)];
}
