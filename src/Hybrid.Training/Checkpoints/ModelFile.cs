using System.Globalization;
using System.Text.Json;
using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Training.Data;

namespace Hybrid.Training.Checkpoints;

/// <summary>What a checkpoint holds: each says so in a note.</summary>
public static class ModelFile
{
    /// <summary>The note's key, and that of a run's options.</summary>
    public const string KindKey = "hybrid.model", OptionsKey = "hybrid.options";

    internal const string DataKey = "hybrid.data", HistoryKey = "hybrid.history", SizeKey = "hybrid.image";

    /// <summary>Such as <c>vae</c>; null where it says nothing.</summary>
    public static string? KindOf(SafetensorsFile file) => file.Metadata.GetValueOrDefault(KindKey);

    /// <exception cref="UserError">It holds something else.</exception>
    /// <param name="file">What was read.</param>
    /// <param name="kind">What it should hold.</param>
    /// <param name="name">The same as a message calls it, with its article.</param>
    public static void Require(SafetensorsFile file, string kind, string name)
    {
        if (KindOf(file) != kind)
            throw new UserError(file.Path, $"is not {name} of Hybrid", $"give a file that 'hybrid train {kind}' wrote");
    }

    /// <summary>A block of parameters, or of a moment of each, as a file's tensors.</summary>
    /// <param name="device">Where the block lies.</param>
    /// <param name="parameters">Names and shapes.</param>
    /// <param name="block">Their values, or a moment of each.</param>
    /// <param name="prefix">Before a parameter's name in the file.</param>
    internal static IEnumerable<NamedTensor> Tensors(
        Device device, Parameters parameters, Tensor block, string prefix) =>
        parameters.Specs.Select(spec => NamedTensor.Of(
            prefix + spec.Name, device.ToArray(parameters.Part(block, spec.Name)), spec.Shape.Rows,
            spec.Shape.Cols));

    /// <summary>Parameters and both moments as a file's tensors.</summary>
    internal static IEnumerable<NamedTensor> Tensors(AdamOptimizer optimizer) =>
        Blocks(optimizer).SelectMany(
            block => Tensors(optimizer.Device, optimizer.Parameters, block.Tensor, block.Prefix));

    /// <summary>Parameters and both moments as <see cref="Tensors(AdamOptimizer)"/> wrote them.</summary>
    /// <exception cref="UserError">A tensor is missing, or is not what it should be.</exception>
    internal static void Upload(SafetensorsFile file, AdamOptimizer optimizer)
    {
        foreach (var (prefix, tensor) in Blocks(optimizer))
            Upload(file, optimizer.Device, optimizer.Parameters, tensor, prefix);
    }

    static (string Prefix, Tensor Tensor)[] Blocks(AdamOptimizer optimizer) =>
        [("", optimizer.Parameters.Values), ("adam.m/", optimizer.M), ("adam.v/", optimizer.V)];

    /// <summary>Writes a run between two epochs, all that continues it bit for bit: all or nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="options">Of the run, as JSON.</param>
    /// <param name="trainer">The run as it stands.</param>
    /// <param name="images">What it learns from.</param>
    /// <param name="size">Their height and width, where a file does not say <c>28x28</c>.</param>
    /// <exception cref="UserError">The file cannot be written.</exception>
    internal static void SaveRun<TReport>(
        string path, string kind, string options, EpochTrainer<TReport> trainer, ImageSet images,
        string? size = null) =>
        SafetensorsFile.Write(path, Tensors(trainer.Optimizer), new Dictionary<string, string>
        {
            [KindKey] = kind,
            [OptionsKey] = options,
            [DataKey] = images.Fingerprint,
            [SizeKey] = size ?? FormattableString.Invariant($"{images.Height}x{images.Width}"),
            [HistoryKey] = JsonSerializer.Serialize(trainer.History),
        });

    /// <summary>Puts a new trainer where the one stood that <see cref="SaveRun"/> wrote.</summary>
    /// <exception cref="UserError">The file cannot be read, or the images are others.</exception>
    internal static void RestoreRun<TReport>(
        SafetensorsFile file, EpochTrainer<TReport> trainer, ImageSet images, string data)
    {
        if (file.Note(DataKey) != images.Fingerprint)
            throw new UserError(file.Path, $"was trained on other images than {data} holds", "put them back");
        Upload(file, trainer.Optimizer);
        trainer.Restore(History<TReport>(file, HistoryKey, trainer.Epochs));
    }

    /// <summary>A side of a table in the file: 0 for rows, 1 for columns.</summary>
    /// <exception cref="UserError">It is no table of a sensible size.</exception>
    internal static int Side(SafetensorsFile file, string tensor, int side) =>
        file[tensor].Shape is { Length: 2 } shape && shape[side] is > 0 and < 1 << 24
            ? (int)shape[side]
            : throw new UserError(file.Path, $"tensor {tensor} is not a table", "use a checkpoint of this version");

    /// <summary>Height and width of the images of a run.</summary>
    /// <exception cref="UserError">The file does not say.</exception>
    internal static (int Height, int Width) ImageSize(SafetensorsFile file)
    {
        var sides = file.Note(SizeKey).Split('x');
        return sides.Length == 2 && int.TryParse(sides[0], CultureInfo.InvariantCulture, out var height)
            && int.TryParse(sides[1], CultureInfo.InvariantCulture, out var width) && height > 0 && width > 0
            && (long)height * width <= 1 << 24
            ? (height, width)
            : throw new UserError(file.Path, $"its note {SizeKey} is not a size", "use a checkpoint of this version");
    }

    /// <summary>A block of parameters, or of a moment of each, to a device.</summary>
    /// <param name="file">What was read.</param>
    /// <param name="device">Where the block lies.</param>
    /// <param name="parameters">Names and shapes.</param>
    /// <param name="block">Their values, or a moment of each.</param>
    /// <param name="prefix">Before a parameter's name in the file.</param>
    /// <exception cref="UserError">
    /// A tensor is missing, has another shape, or holds a number that is not finite.
    /// </exception>
    internal static void Upload(
        SafetensorsFile file, Device device, Parameters parameters, Tensor block, string prefix)
    {
        foreach (var spec in parameters.Specs)
        {
            var name = prefix + spec.Name;
            var values = file.Floats(name, spec.Shape.Rows, spec.Shape.Cols);
            foreach (var value in values)
                if (!float.IsFinite(value))
                    throw new UserError(file.Path, $"tensor {name} holds {value}", "use an earlier checkpoint");
            device.Upload(values, parameters.Part(block, spec.Name));
        }
    }

    /// <summary>A run's epochs, from a note.</summary>
    /// <exception cref="UserError">They cannot be read, or are more than <paramref name="epochs"/>.</exception>
    internal static T[] History<T>(SafetensorsFile file, string key, int epochs)
    {
        try
        {
            return JsonSerializer.Deserialize<T[]>(file.Note(key)) is { } history && history.Length <= epochs
                ? history
                : throw new JsonException("more epochs than asked for");
        }
        catch (JsonException e)
        {
            throw new UserError(
                file.Path, $"its epochs do not fit ({e.Message})", "give as many --epochs as it has, or more", e);
        }
    }
}
