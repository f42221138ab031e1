using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace Hybrid.Training.Checkpoints;

/// <summary>The first bytes of a file: length, JSON, and the checksum in it.</summary>
/// <remarks>
/// The checksum is the SHA-256 of the whole file, header length included, with its own 64 hex digits as
/// zeros: no byte of the file is outside it. The digits stand at a fixed place, first in <c>__metadata__</c>.
/// A second entry says that there is a checksum, so that damage to one key cannot pass the file off as
/// another tool's.
/// </remarks>
internal static class SafetensorsHeader
{
    public const string MetadataName = "__metadata__";
    public const string ChecksumKey = "hybrid.sha256";
    public const string FormatKey = "hybrid.format";
    public const string Format = "1";

    /// <summary>The format's own limit on the JSON.</summary>
    public const int MaxJson = 100_000_000;

    public const int LengthBytes = sizeof(ulong);

    const int Digits = 2 * SHA256.HashSizeInBytes;

    static readonly string Zeros = new('0', Digits);

    static ReadOnlySpan<byte> JsonStart => "{\"__metadata__\":{\"hybrid.sha256\":\""u8;

    /// <summary>Length and JSON, with the checksum of these tensors' file.</summary>
    public static byte[] Of(ReadOnlySpan<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var json = Json(tensors, metadata);
        var padded = (json.Length + 7) / 8 * 8;
        if (padded > MaxJson)
            throw new ArgumentException($"The names and notes take {padded} bytes of {MaxJson}.");

        var header = new byte[LengthBytes + padded];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)padded);
        json.CopyTo(header.AsSpan(LengthBytes));

        using var hash = StartHash(header);
        foreach (var tensor in tensors) hash.AppendData(tensor.Bytes.Span);
        FinishHash(hash).CopyTo(DigitsOf(header));
        return header;
    }

    /// <summary>Whether this header has the place for a checksum.</summary>
    public static bool HasChecksum(ReadOnlySpan<byte> header) =>
        header.Length >= LengthBytes + JsonStart.Length + Digits
            && header[LengthBytes..].StartsWith(JsonStart);

    /// <summary>The 64 hex digits of a header that <see cref="HasChecksum"/>.</summary>
    public static Span<byte> DigitsOf(Span<byte> header) =>
        header.Slice(LengthBytes + JsonStart.Length, Digits);

    /// <summary>A hash of the header with zeros for digits, ready for the tensors' bytes.</summary>
    public static IncrementalHash StartHash(ReadOnlySpan<byte> header)
    {
        var blank = header.ToArray();
        DigitsOf(blank).Fill((byte)'0');
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(blank);
        return hash;
    }

    /// <summary>The hash as 64 ASCII hex digits.</summary>
    public static byte[] FinishHash(IncrementalHash hash)
    {
        var digits = new byte[Digits];
        Convert.TryToHexStringLower(hash.GetHashAndReset(), digits, out _);
        return digits;
    }

    static ReadOnlySpan<byte> Json(
        ReadOnlySpan<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            WriteTensors(json, tensors);
            json.WriteEndObject();
        }
        return bytes.WrittenSpan;
    }

    static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(MetadataName);
        json.WriteString(ChecksumKey, Zeros);
        json.WriteString(FormatKey, Format);
        foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (key is ChecksumKey or FormatKey)
                throw new ArgumentException($"'{key}' is the checksum's own key.");
            json.WriteString(key, value);
        }
        json.WriteEndObject();
    }

    static void WriteTensors(Utf8JsonWriter json, ReadOnlySpan<NamedTensor> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { MetadataName };
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"The tensor name '{tensor.Name}' is taken.");
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.Type.ToString());
            json.WriteStartArray("shape");
            foreach (var dim in tensor.Shape) json.WriteNumberValue(dim);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            json.WriteNumberValue(offset += tensor.Bytes.Length);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }
}
