using System.Globalization;
using System.Text.Json;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>A diffusion's run between two epochs, in a safetensors file: all that continues it bit for bit.</summary>
/// <remarks>
/// Parameters keep their names (<c>input/0/w</c> …); their average is <c>ema/…</c>, Adam's moments are <c>adam.m/…</c>
/// and <c>adam.v/…</c>, and the points' scale is <c>data/mean</c> and <c>data/deviation</c>.
/// </remarks>
public sealed class DiffusionCheckpoint
{
    /// <summary>Its name in a run's folder.</summary>
    public const string FileName = "checkpoint.safetensors";

    /// <summary>What its file says that it holds.</summary>
    public const string Kind = "diffusion";

    const string DataKey = "hybrid.data", HistoryKey = "hybrid.history", Ema = "ema/";
    const string PictureKey = "hybrid.picture", ClassesKey = "hybrid.classes";

    const int MostClasses = 1_000;
    const string MeanName = "data/mean", DeviationName = "data/deviation";

    readonly SafetensorsFile file;

    DiffusionCheckpoint(SafetensorsFile file, DiffusionRunOptions options)
    {
        (this.file, Options) = (file, options);
        if (file[MeanName].Shape is not [> 0 and < 1 << 16 and var columns])
            throw new UserError(file.Path, $"tensor {MeanName} is not a row", "use a checkpoint of this version");
        Scale = new(file.Doubles(MeanName, columns), file.Doubles(DeviationName, columns));
        if (options.Classes)
            Classes = int.TryParse(file.Note(ClassesKey), CultureInfo.InvariantCulture, out var classes)
                && classes is > 1 and <= MostClasses
                ? classes
                : throw new UserError(file.Path, $"{file.Note(ClassesKey)} is no number of classes",
                    "use a checkpoint of this version");
        if (file.Metadata.GetValueOrDefault(PictureKey) is not { } sides) return;
        Picture = sides.Split('x') is [var high, var wide]
            && int.TryParse(high, CultureInfo.InvariantCulture, out var height)
            && int.TryParse(wide, CultureInfo.InvariantCulture, out var width) && (long)height * width == columns
            ? (height, width)
            : throw new UserError(file.Path, $"{sides} are no sides of {columns} pixels",
                "use a checkpoint of this version");
    }

    public DiffusionRunOptions Options { get; }

    /// <summary>How the points were scaled for the network.</summary>
    public PointScale Scale { get; }

    /// <summary>Height and width of pictures; null where it was trained on points.</summary>
    public (int Height, int Width)? Picture { get; }

    /// <summary>C, where the network was told classes; else 0.</summary>
    public int Classes { get; }

    /// <summary>Whether its samples are pictures: its own, or those that a VAE makes of codes.</summary>
    public bool MakesPictures => Picture is not null || LatentCodes.IsName(Options.Data);

    /// <summary>D.</summary>
    public int Columns => Scale.Mean.Length;

    /// <summary>Writes the run as it stands after an epoch: all or nothing.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void Save(string path, DiffusionTrainer trainer)
    {
        var parameters = trainer.Denoiser.Parameters;
        var tensors = Blocks(trainer).SelectMany(block => parameters.Specs.Select(spec => NamedTensor.Of(
            block.Prefix + spec.Name, trainer.Denoiser.Device.ToArray(parameters.Part(block.Tensor, spec.Name)),
            spec.Shape.Rows, spec.Shape.Cols)));
        var notes = new Dictionary<string, string>
        {
            [ModelFile.KindKey] = Kind,
            [ModelFile.OptionsKey] = trainer.Options.ToJson(),
            [DataKey] = trainer.Data.Fingerprint,
            [HistoryKey] = JsonSerializer.Serialize(trainer.History),
        };
        if (trainer.Data.Picture is var (height, width))
            notes[PictureKey] = FormattableString.Invariant($"{height}x{width}");
        if (trainer.Options.Classes)
            notes[ClassesKey] = trainer.Denoiser.Classes.ToString(CultureInfo.InvariantCulture);
        SafetensorsFile.Write(path,
            [
                .. tensors, NamedTensor.Of(MeanName, trainer.Scale.Mean, trainer.Data.D),
                NamedTensor.Of(DeviationName, trainer.Scale.Deviation, trainer.Data.D),
            ],
            notes);
    }

    /// <summary>A file that was read.</summary>
    /// <exception cref="UserError">It holds no diffusion.</exception>
    public static DiffusionCheckpoint Of(SafetensorsFile file)
    {
        ModelFile.Require(file, Kind, "a checkpoint of a diffusion");
        return new(file, DiffusionRunOptions.FromJson(file.Note(ModelFile.OptionsKey), file.Path));
    }

    /// <summary>The network with averaged parameters on a device.</summary>
    /// <exception cref="UserError">A tensor is missing or has another shape than the options say.</exception>
    public Denoiser Load(Device device)
    {
        var denoiser = Options.Network.Open(device, Options, new(Columns, Picture, Classes));
        ModelFile.Upload(file, device, denoiser.Parameters, denoiser.Parameters.Values, Ema);
        return denoiser;
    }

    /// <summary>A trainer that stands where the saved one stood; <paramref name="epochs"/> may extend it.</summary>
    /// <exception cref="UserError">The file or its data cannot be read, or do not fit each other.</exception>
    public static DiffusionTrainer Restore(Device device, string path, int? epochs)
    {
        var checkpoint = Of(SafetensorsFile.Read(Directory.Exists(path) ? Path.Combine(path, FileName) : path));
        var file = checkpoint.file;
        var options = (checkpoint.Options with { Epochs = epochs ?? checkpoint.Options.Epochs }).Validated();
        var trainer = new DiffusionTrainer(device, options, DiffusionData.Load(options.Data, options.Seed));
        if (file.Note(DataKey) != trainer.Data.Fingerprint)
            throw new UserError(file.Path, $"was trained on other points than {options.Data} holds", "put them back");
        foreach (var (prefix, tensor) in Blocks(trainer))
            ModelFile.Upload(file, device, trainer.Denoiser.Parameters, tensor, prefix);
        trainer.Restore(ModelFile.History<DiffusionReport>(file, HistoryKey, options.Epochs));
        return trainer;
    }

    static (string Prefix, Tensor Tensor)[] Blocks(DiffusionTrainer trainer) =>
    [
        ("", trainer.Denoiser.Parameters.Values), (Ema, trainer.Average.Parameters.Values),
        ("adam.m/", trainer.Optimizer.M), ("adam.v/", trainer.Optimizer.V),
    ];
}
