using System.Text.Json;
using Hybrid.Devices;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Training;

/// <summary>
/// A bottleneck's run between two epochs, in a safetensors file: all that continues it bit for bit.
/// </summary>
/// <remarks>
/// Parameters keep their names (<c>encoder/0/w</c> …); Adam's moments are <c>adam.m/…</c> and
/// <c>adam.v/…</c>.
/// </remarks>
public static class VibCheckpoint
{
    /// <summary>Its name in a run's folder.</summary>
    public const string FileName = "checkpoint.safetensors";

    const string KindKey = "hybrid.model", Kind = "vib", OptionsKey = "hybrid.options";
    const string DataKey = "hybrid.data", HistoryKey = "hybrid.history";

    /// <summary>Writes the run as it stands after an epoch: all or nothing.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void Save(string path, VibTrainer trainer) => SafetensorsFile.Write(
        path,
        Blocks(trainer).SelectMany(block => trainer.Vib.Parameters.Specs.Select(spec => NamedTensor.Of(
            block.Prefix + spec.Name,
            trainer.Vib.Device.ToArray(trainer.Vib.Parameters.Part(block.Tensor, spec.Name)), spec.Shape.Rows, spec.Shape.Cols))),
        new Dictionary<string, string>
        {
            [KindKey] = Kind,
            [OptionsKey] = trainer.Options.ToJson(),
            [DataKey] = trainer.TrainingSet.Fingerprint,
            [HistoryKey] = JsonSerializer.Serialize(trainer.History),
        });

    /// <summary>
    /// A trainer that stands where the saved one stood; <paramref name="epochs"/> may extend it.
    /// </summary>
    /// <exception cref="UserError">The file or its data cannot be read, or do not fit each other.</exception>
    public static VibTrainer Restore(Device device, string path, int? epochs)
    {
        if (Directory.Exists(path)) path = Path.Combine(path, FileName);
        var file = SafetensorsFile.Read(path);
        if (file.Metadata.GetValueOrDefault(KindKey) != Kind)
            throw new UserError(
                path, "is not a checkpoint of a bottleneck", "give a file that 'hybrid train vib' wrote");
        var options = VibRunOptions.FromJson(file.Note(OptionsKey), path);
        options = (options with { Epochs = epochs ?? options.Epochs }).Validated();
        var trainer = new VibTrainer(device, options, VaeRun.LoadData(options.Data));
        if (file.Note(DataKey) != trainer.TrainingSet.Fingerprint)
            throw new UserError(path, $"was trained on other images than {options.Data} holds", "put them back");
        foreach (var (prefix, tensor) in Blocks(trainer))
            foreach (var spec in trainer.Vib.Parameters.Specs)
                device.Upload(
                    file.Floats(prefix + spec.Name, spec.Shape.Rows, spec.Shape.Cols),
                    trainer.Vib.Parameters.Part(tensor, spec.Name));
        trainer.Restore(History(file, options.Epochs));
        return trainer;
    }

    static VibReport[] History(SafetensorsFile file, int epochs)
    {
        try
        {
            return JsonSerializer.Deserialize<VibReport[]>(file.Note(HistoryKey)) is { } history
                && history.Length <= epochs
                ? history
                : throw new JsonException("more epochs than asked for");
        }
        catch (JsonException e)
        {
            throw new UserError(
                file.Path, $"its epochs do not fit ({e.Message})", "give as many --epochs as it has, or more", e);
        }
    }

    static (string Prefix, Tensor Tensor)[] Blocks(VibTrainer trainer) =>
        [("", trainer.Vib.Parameters.Values), ("adam.m/", trainer.Optimizer.M), ("adam.v/", trainer.Optimizer.V)];
}
