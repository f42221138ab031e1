using System.Globalization;
using System.Text.Json;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Training;

/// <summary>A VAE's run, or its parameters alone.</summary>
public sealed class VaeCheckpoint : RunCheckpoint<VaeRunOptions>
{
    /// <summary>What its file says that it holds.</summary>
    public const string Kind = "vae";

    const string ProgressKey = "hybrid.progress", StepsKey = "hybrid.steps";

    VaeCheckpoint(SafetensorsFile file)
        : base(file, Kind, "a VAE checkpoint") => (Height, Width) = ModelFile.ImageSize(file);

    /// <summary>Rows of an image of the data the model was trained on.</summary>
    public int Height { get; }

    /// <summary>Columns of an image of the data the model was trained on.</summary>
    public int Width { get; }

    /// <summary>Whether training can continue from it: a file of parameters alone cannot.</summary>
    public bool HasProgress => File.Metadata.ContainsKey(ProgressKey);

    /// <summary>Writes the run as it stands: all or nothing.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void Save(string path, VaeTrainer trainer, (int Height, int Width) image)
    {
        var notes = Notes(trainer.Options, image);
        notes[ModelFile.DataKey] = trainer.TrainingSet.Fingerprint;
        notes[StepsKey] = trainer.Optimizer.Steps.ToString(CultureInfo.InvariantCulture);
        notes[ProgressKey] = JsonSerializer.Serialize(trainer.Progress(), Json);
        SafetensorsFile.Write(path, ModelFile.Tensors(trainer.Optimizer), notes);
    }

    /// <summary>Writes a copy of the parameter block alone: a model to use, not a run to continue.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void SaveParameters(
        string path, VaeTrainer trainer, float[] block, (int Height, int Width) image)
    {
        var parameters = trainer.Vae.Parameters;
        SafetensorsFile.Write(
            path,
            parameters.Specs.Select(spec =>
            {
                var part = parameters.Value(spec.Name);
                var values = block.AsSpan((int)(part.Offset - parameters.Values.Offset), (int)part.Length);
                return NamedTensor.Of(spec.Name, values, spec.Shape.Rows, spec.Shape.Cols);
            }),
            Notes(trainer.Options, image));
    }

    static Dictionary<string, string> Notes(VaeRunOptions options, (int Height, int Width) image) => new()
    {
        [ModelFile.KindKey] = Kind,
        [ModelFile.OptionsKey] = options.ToJson(),
        [ModelFile.SizeKey] = FormattableString.Invariant($"{image.Height}x{image.Width}"),
    };

    /// <summary>Reads and checks a file; tensors are checked when they are asked for.</summary>
    /// <exception cref="UserError">It is not a checkpoint of a VAE, or it is damaged.</exception>
    public static VaeCheckpoint Read(string path) => Of(SafetensorsFile.Read(path));

    /// <summary>The same of a file that was read.</summary>
    /// <exception cref="UserError">It is not a checkpoint of a VAE.</exception>
    public static VaeCheckpoint Of(SafetensorsFile file) => new(file);

    /// <summary>The trained model on a device.</summary>
    /// <exception cref="UserError">A tensor is missing or has another shape.</exception>
    public Vae Load(Device device)
    {
        var vae = new Vae(device, Options.ShapeFor(Height * Width), Options.Seed);
        ModelFile.Upload(File, device, vae.Parameters, vae.Parameters.Values, "");
        return vae;
    }

    /// <summary>Puts a new trainer with the same options where the saved one stood.</summary>
    /// <exception cref="UserError">
    /// The file holds parameters alone, or something else than the options say.
    /// </exception>
    public void Restore(VaeTrainer trainer)
    {
        if (!HasProgress)
            throw new UserError(
                File.Path, "holds a model but not a run", "resume from checkpoint.safetensors");
        if (File.Note(ModelFile.DataKey) != trainer.TrainingSet.Fingerprint)
            throw new UserError(File.Path, $"was trained on other images than {trainer.Options.Data} holds",
                "give the data that it was trained on with --data");
        VaeProgress progress;
        long steps;
        try
        {
            var note = File.Note(ProgressKey);
            progress = JsonSerializer.Deserialize<VaeProgress>(note, Json) is { History: not null } read
                ? read
                : throw new JsonException("null");
            steps = long.Parse(File.Note(StepsKey), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException)
        {
            throw new UserError(
                File.Path, "its progress cannot be read", "use a checkpoint of this version", e);
        }
        if (progress.Epoch < 0 || progress.StepInEpoch < 0 || progress.StepInEpoch >= trainer.StepsPerEpoch
            || steps != (long)progress.Epoch * trainer.StepsPerEpoch + progress.StepInEpoch
            || progress.History.Length != progress.Epoch)
            throw new UserError(
                File.Path, "its progress does not fit its options", "use an earlier checkpoint");
        ModelFile.Upload(File, trainer.Optimizer);
        trainer.Optimizer.Steps = steps;
        trainer.Restore(progress);
    }

    // Standard errors of training accounts are NaN: not measured.
    static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}
