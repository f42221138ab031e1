using System.Text.Json;
using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Training.Checkpoints;

/// <summary>What a checkpoint holds: each says so in a note.</summary>
public static class ModelFile
{
    /// <summary>The note's key, and that of a run's options.</summary>
    public const string KindKey = "hybrid.model", OptionsKey = "hybrid.options";

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

    /// <summary>A block of parameters, or of a moment of each, to a device.</summary>
    /// <param name="file">What was read.</param>
    /// <param name="device">Where the block lies.</param>
    /// <param name="parameters">Names and shapes.</param>
    /// <param name="block">Their values, or a moment of each.</param>
    /// <param name="prefix">Before a parameter's name in the file.</param>
    /// <exception cref="UserError">A tensor is missing, has another shape, or holds a number that is not finite.</exception>
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
