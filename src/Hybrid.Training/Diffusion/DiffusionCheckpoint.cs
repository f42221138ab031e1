using System.Globalization;
using System.Text.Json;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>A diffusion's run between two epochs.</summary>
/// <remarks>
/// Beside the parameters their average is <c>ema/…</c>, and the points' scale is <c>data/mean</c> and
/// <c>data/deviation</c>.
/// </remarks>
public sealed class DiffusionCheckpoint : RunCheckpoint<DiffusionRunOptions>
{
    /// <summary>What its file says that it holds.</summary>
    public const string Kind = "diffusion";

    const string Ema = "ema/", PictureKey = "hybrid.picture", ClassesKey = "hybrid.classes";
    const string MeanName = "data/mean", DeviationName = "data/deviation";

    const int MostClasses = 1_000;

    DiffusionCheckpoint(SafetensorsFile file)
        : base(file, Kind, "a checkpoint of a diffusion")
    {
        if (file[MeanName].Shape is not [> 0 and < 1 << 16 and var columns])
            throw new UserError(file.Path, $"tensor {MeanName} is not a row", "use a checkpoint of this version");
        Scale = new(file.Doubles(MeanName, columns), file.Doubles(DeviationName, columns));
        if (Options.Classes)
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
        var notes = new Dictionary<string, string>
        {
            [ModelFile.KindKey] = Kind,
            [ModelFile.OptionsKey] = trainer.Options.ToJson(),
            [ModelFile.DataKey] = trainer.Data.Fingerprint,
            [ModelFile.HistoryKey] = JsonSerializer.Serialize(trainer.History),
        };
        if (trainer.Data.Picture is var (height, width))
            notes[PictureKey] = FormattableString.Invariant($"{height}x{width}");
        if (trainer.Options.Classes)
            notes[ClassesKey] = trainer.Denoiser.Classes.ToString(CultureInfo.InvariantCulture);
        SafetensorsFile.Write(path,
            [
                .. ModelFile.Tensors(trainer.Optimizer),
                .. ModelFile.Tensors(trainer.Denoiser.Device, trainer.Average.Parameters,
                    trainer.Average.Parameters.Values, Ema),
                NamedTensor.Of(MeanName, trainer.Scale.Mean, trainer.Data.D),
                NamedTensor.Of(DeviationName, trainer.Scale.Deviation, trainer.Data.D),
            ],
            notes);
    }

    /// <summary>A file that was read.</summary>
    /// <exception cref="UserError">It holds no diffusion.</exception>
    public static DiffusionCheckpoint Of(SafetensorsFile file) => new(file);

    /// <summary>The network with averaged parameters on a device.</summary>
    /// <exception cref="UserError">A tensor is missing or has another shape than the options say.</exception>
    public Denoiser Load(Device device)
    {
        var denoiser = Options.Network.Open(device, Options, new(Columns, Picture, Classes));
        ModelFile.Upload(File, device, denoiser.Parameters, denoiser.Parameters.Values, Ema);
        return denoiser;
    }

    /// <summary>A trainer that stands where the saved one stood; <paramref name="epochs"/> may extend it.</summary>
    /// <exception cref="UserError">The file or its data cannot be read, or do not fit each other.</exception>
    public static DiffusionTrainer Restore(Device device, string path, int? epochs)
    {
        var checkpoint = new DiffusionCheckpoint(FileAt(path));
        var (file, saved) = (checkpoint.File, checkpoint.Options);
        var options = (saved with { Epochs = epochs ?? saved.Epochs }).Validated();
        var trainer = new DiffusionTrainer(device, options, DiffusionData.Load(options.Data, options.Seed));
        if (file.Note(ModelFile.DataKey) != trainer.Data.Fingerprint)
            throw new UserError(file.Path, $"was trained on other points than {options.Data} holds", "put them back");
        ModelFile.Upload(file, trainer.Optimizer);
        var average = trainer.Average.Parameters;
        ModelFile.Upload(file, device, average, average.Values, Ema);
        trainer.Restore(ModelFile.History<DiffusionReport>(file, ModelFile.HistoryKey, options.Epochs));
        return trainer;
    }
}
