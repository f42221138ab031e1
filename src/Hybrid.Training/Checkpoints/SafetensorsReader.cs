using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;
using Hybrid.Training.Files;

namespace Hybrid.Training.Checkpoints;

/// <summary>Reads a file from front to back and believes nothing it says before it is checked.</summary>
internal sealed class SafetensorsReader
{
    // A wrong number must not become a wrong allocation: every size is compared with the file's first.
    readonly record struct Entry(string Name, TensorType Type, long[] Shape, long Start, long End);

    readonly string path;
    readonly List<Entry> entries = [];
    readonly ImmutableSortedDictionary<string, string>.Builder metadata =
        ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);

    SafetensorsReader(string path) => this.path = path;

    public static SafetensorsFile Read(string path)
    {
        using var stream = InputFile.Open(path);
        return FileErrors.Reading(path, () => new SafetensorsReader(path).Read(stream));
    }

    SafetensorsFile Read(FileStream stream)
    {
        var header = Header(stream);
        Parse(header.AsMemory(SafetensorsHeader.LengthBytes));
        RequireNoGaps(stream.Length - header.Length);

        var verified = SafetensorsHeader.HasChecksum(header);
        if (!verified && HasMark) throw Damaged("was changed after hybrid wrote its checksum");

        var tensors = verified ? VerifiedTensors(stream, header) : Tensors(stream, _ => { });
        metadata.Remove(SafetensorsHeader.ChecksumKey);
        metadata.Remove(SafetensorsHeader.FormatKey);
        return new(path, tensors, metadata.ToImmutable(), verified);
    }

    byte[] Header(FileStream stream)
    {
        Span<byte> lengthBytes = stackalloc byte[SafetensorsHeader.LengthBytes];
        if (stream.Length < lengthBytes.Length) throw NotWhole();
        stream.ReadExactly(lengthBytes);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length is < 2 or > SafetensorsHeader.MaxJson || (long)length > stream.Length - lengthBytes.Length)
            throw NotWhole();

        var header = new byte[lengthBytes.Length + (int)length];
        lengthBytes.CopyTo(header);
        stream.ReadExactly(header, lengthBytes.Length, (int)length);
        return header;
    }

    void Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Span[0] != (byte)'{' || !Utf8.IsValid(json.Span)) throw NotWhole();
        try
        {
            var strict = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 4 };
            using var document = JsonDocument.Parse(json, strict);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals(SafetensorsHeader.MetadataName)) ParseMetadata(property.Value);
                else entries.Add(ParseEntry(property.Name, property.Value));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape for half a character, which only GetString looks at.
            throw Damaged("has a header that is not valid JSON", e);
        }
    }

    void ParseMetadata(JsonElement notes)
    {
        if (notes.ValueKind != JsonValueKind.Object) throw Damaged("has metadata that is not a JSON object");
        foreach (var note in notes.EnumerateObject())
        {
            if (note.Value.ValueKind != JsonValueKind.String)
                throw Damaged($"has metadata '{note.Name}' that is no text");
            metadata.Add(note.Name, note.Value.GetString()!);
        }
    }

    Entry ParseEntry(string name, JsonElement tensor)
    {
        if (tensor.ValueKind != JsonValueKind.Object
            || tensor.GetPropertyCount() != 3
            || !tensor.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || !tensor.TryGetProperty("shape", out var shape)
            || !tensor.TryGetProperty("data_offsets", out var offsets))
            throw Damaged($"does not say dtype, shape and data_offsets of tensor '{name}'");

        var typeName = dtype.GetString()!;
        if (!Enum.TryParse<TensorType>(typeName, out var type) || type.ToString() != typeName)
            throw new UserError(path, $"tensor '{name}' has the unknown dtype {typeName}",
                "convert it, to F32 for example");

        var dims = Integers(name, shape);
        if (Integers(name, offsets) is not [var start, var end] || start > end)
            throw Damaged($"has data_offsets of tensor '{name}' that are not a range");
        if (NamedTensor.ByteCount(type, dims) != end - start)
            throw Damaged(
                $"keeps {end - start} bytes for tensor '{name}', {typeName} [{string.Join(", ", dims)}]");
        if (end - start > Array.MaxLength)
            throw new UserError(path, $"tensor '{name}' has more than 2 GiB",
                "split it into several tensors");
        return new(name, type, dims, start, end);
    }

    long[] Integers(string name, JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
            throw Damaged($"has no list of sizes for tensor '{name}'");
        var integers = new long[array.GetArrayLength()];
        for (var i = 0; i < integers.Length; i++)
            if (array[i].ValueKind != JsonValueKind.Number || !array[i].TryGetInt64(out integers[i])
                || integers[i] < 0)
                throw Damaged($"has a size of tensor '{name}' that is no whole number");
        return integers;
    }

    // Each tensor starts where the one before it ends, and the file ends with the last: no overlap, no
    // stowaway.
    void RequireNoGaps(long dataLength)
    {
        entries.Sort((a, b) => (a.Start, a.End).CompareTo((b.Start, b.End)));
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.Start != end) throw Damaged($"has a gap or an overlap before tensor '{entry.Name}'");
            end = entry.End;
        }
        if (end != dataLength)
            throw Damaged($"has {dataLength} bytes of data where its header announces {end}");
    }

    bool HasMark =>
        metadata.ContainsKey(SafetensorsHeader.ChecksumKey)
            || metadata.ContainsKey(SafetensorsHeader.FormatKey);

    List<NamedTensor> VerifiedTensors(FileStream stream, byte[] header)
    {
        using var hash = SafetensorsHeader.StartHash(header);
        var tensors = Tensors(stream, hash.AppendData);
        if (!SafetensorsHeader.DigitsOf(header).SequenceEqual(SafetensorsHeader.FinishHash(hash)))
            throw Damaged("does not match its checksum");
        if (metadata.GetValueOrDefault(SafetensorsHeader.FormatKey) != SafetensorsHeader.Format)
            throw new UserError(path, "is of a newer format", "update hybrid");
        return tensors;
    }

    List<NamedTensor> Tensors(FileStream stream, Action<byte[]> seen)
    {
        var tensors = new List<NamedTensor>(entries.Count);
        foreach (var entry in entries)
        {
            var bytes = new byte[entry.End - entry.Start];
            stream.ReadExactly(bytes);
            seen(bytes);
            tensors.Add(new(entry.Name, entry.Type, entry.Shape, bytes));
        }
        return tensors;
    }

    UserError NotWhole() => new(path, "is cut short or is not a safetensors file", "write or fetch it again");

    UserError Damaged(string how, Exception? cause = null) =>
        new(path, how, "write or fetch it again", cause);
}
