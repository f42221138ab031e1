using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Hybrid.Training.Files;

namespace Hybrid.Training.Checkpoints;

/// <summary>Tensors and text in one file, in the safetensors format that the field's tools read.</summary>
/// <remarks>
/// Header length (8 bytes, little-endian), JSON header padded with spaces to 8 bytes, the tensors' bytes
/// without gaps. Source: the format's specification, github.com/huggingface/safetensors. Written files carry
/// a SHA-256 of everything (<see cref="SafetensorsHeader"/>); files of other tools have none and are read all
/// the same. Equal tensors and metadata give equal bytes, in whatever order they are passed. For
/// little-endian machines.
/// </remarks>
public sealed class SafetensorsFile
{
    readonly SortedDictionary<string, NamedTensor> tensors = new(StringComparer.Ordinal);

    internal SafetensorsFile(
        string path, IEnumerable<NamedTensor> tensors, ImmutableSortedDictionary<string, string> metadata,
        bool verified)
    {
        foreach (var tensor in tensors) this.tensors.Add(tensor.Name, tensor);
        (Path, Metadata, Verified) = (path, metadata, verified);
        Names = [.. this.tensors.Keys];
    }

    public string Path { get; }

    /// <summary>What the writer noted; without the checksum's own entries.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Names of the tensors, in ordinal order.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Whether the file carries a checksum (which then was right); false for other tools'
    /// files.</summary>
    public bool Verified { get; }

    /// <exception cref="UserError">No tensor of this name.</exception>
    public NamedTensor this[string name] =>
        tensors.GetValueOrDefault(name)
        ?? throw new UserError(Path, $"has no tensor '{name}'", "use a checkpoint of the same model");

    /// <summary>Writes all or nothing (<see cref="AtomicFile"/>).</summary>
    /// <param name="path">The file to replace or create.</param>
    /// <param name="tensors">Tensors of different names.</param>
    /// <param name="metadata">Text to keep with them.</param>
    /// <exception cref="UserError">The path cannot be written; what was there before still is.</exception>
    /// <exception cref="ArgumentException">A name twice, or one that the format or the checksum
    /// needs.</exception>
    public static void Write(
        string path, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // Wide elements first keeps every tensor aligned to its element.
        NamedTensor[] ordered =
        [
            .. tensors.OrderByDescending(t =>
                NamedTensor.Size(t.Type)).ThenBy(t => t.Name, StringComparer.Ordinal),
        ];
        var header = SafetensorsHeader.Of(ordered, metadata ?? ImmutableDictionary<string, string>.Empty);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach (var tensor in ordered) stream.Write(tensor.Bytes.Span);
        });
    }

    /// <summary>Reads and checks the whole file.</summary>
    /// <exception cref="UserError">Missing, cut short, damaged, or not a safetensors file.</exception>
    public static SafetensorsFile Read(string path) => SafetensorsReader.Read(path);

    /// <exception cref="UserError">No metadata of this key.</exception>
    public string Note(string key) =>
        Metadata.GetValueOrDefault(key)
        ?? throw new UserError(Path, $"says nothing about '{key}'", "use a checkpoint that hybrid wrote");

    /// <summary>The values of a tensor of this name, type and shape, row-major, bit for bit.</summary>
    /// <exception cref="UserError">Missing, or of another type or shape.</exception>
    public float[] Floats(string name, params ReadOnlySpan<long> shape) =>
        Values<float>(name, TensorType.F32, shape).ToArray();

    /// <inheritdoc cref="Floats"/>
    public double[] Doubles(string name, params ReadOnlySpan<long> shape) =>
        Values<double>(name, TensorType.F64, shape).ToArray();

    /// <inheritdoc cref="Floats"/>
    public long[] Longs(string name, params ReadOnlySpan<long> shape) =>
        Values<long>(name, TensorType.I64, shape).ToArray();

    /// <inheritdoc cref="Floats"/>
    public byte[] Bytes(string name, params ReadOnlySpan<long> shape) =>
        Values<byte>(name, TensorType.U8, shape).ToArray();

    /// <summary>As <see cref="Floats"/>, into <paramref name="target"/> instead of a new array.</summary>
    /// <inheritdoc cref="Floats"/>
    public void CopyTo(string name, Span<float> target, params ReadOnlySpan<long> shape) =>
        Values<float>(name, TensorType.F32, shape).CopyTo(target);

    ReadOnlySpan<T> Values<T>(string name, TensorType type, ReadOnlySpan<long> shape) where T : unmanaged
    {
        var tensor = this[name];
        if (tensor.Type != type || !tensor.Shape.SequenceEqual(shape))
            throw new UserError(
                Path, $"tensor '{name}' is {Text(tensor.Type, tensor.Shape)}, not {Text(type, shape)}",
                "use a checkpoint of the same model and sizes");
        return MemoryMarshal.Cast<byte, T>(tensor.Bytes.Span);
    }

    static string Text(TensorType type, ReadOnlySpan<long> shape) =>
        $"{type} [{string.Join(", ", shape.ToArray())}]";
}
