using System.Buffers.Binary;
using System.IO.Compression;
using Hybrid.Training.Files;

namespace Hybrid.Training.Data;

/// <summary>Images as an IDX file holds them: [N, Height, Width] row-major bytes.</summary>
public sealed record IdxImages(int N, int Height, int Width, byte[] Pixels);

/// <summary>Reads the files of the MNIST family, plain or gzipped (told by content, not by name).</summary>
/// <remarks>
/// Two zero bytes, the element type, the number of dimensions, each dimension as a big-endian int32, the
/// elements. Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits". Nothing is allocated
/// for elements before the file's own length has shown that they can be there. Gzip files of one member, as
/// gzip writes them.
/// </remarks>
public static class Idx
{
    const byte UnsignedByte = 0x08;

    // No deflate stream is shorter than 1/1032 of what it unpacks to: 258 bytes by two bits.
    const long LargestDeflateRatio = 1032;

    const string FetchAgain = "fetch it again";

    /// <exception cref="UserError">Not a whole IDX file of unsigned bytes with three dimensions, none of them
    /// 0.</exception>
    public static IdxImages ReadImages(string path)
    {
        var (shape, pixels) = Read(path, dims: 3, "images");
        return new(shape[0], shape[1], shape[2], pixels);
    }

    /// <exception cref="UserError">Not a whole IDX file of unsigned bytes with one dimension, not
    /// 0.</exception>
    public static byte[] ReadLabels(string path) => Read(path, dims: 1, "labels").Elements;

    static (int[] Shape, byte[] Elements) Read(string path, int dims, string what)
    {
        using var file = InputFile.Open(path);
        return FileErrors.Reading(path, () =>
        {
            try
            {
                return Unpacked(file, path, dims, what);
            }
            catch (InvalidDataException e)
            {
                throw new UserError(path, "is a damaged gzip file", FetchAgain, e);
            }
        });
    }

    static (int[] Shape, byte[] Elements) Unpacked(FileStream file, string path, int dims, string what)
    {
        var packedLength = GzipLength(file);
        if (packedLength is not { } unpacked) return Elements(file, file.Length, path, dims, what);

        using var stream = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
        var read = Elements(stream, file.Length * LargestDeflateRatio, path, dims, what);
        // GZipStream takes a missing end for the end; the length that gzip writes last tells.
        if (unpacked != (uint)(HeaderLength(dims) + read.Elements.Length)) throw new InvalidDataException();
        return read;
    }

    /// <summary>The unpacked length modulo 2³² that a gzip file ends with, or null if this is not
    /// one.</summary>
    static uint? GzipLength(FileStream file)
    {
        Span<byte> ends = stackalloc byte[4];
        file.ReadAtLeast(ends, ends.Length, throwOnEndOfStream: false);
        var isGzip = ends is [0x1F, 0x8B, ..];
        if (file.Length >= ends.Length)
        {
            file.Position = file.Length - ends.Length;
            file.ReadExactly(ends);
        }
        file.Position = 0;
        return isGzip ? BinaryPrimitives.ReadUInt32LittleEndian(ends) : null;
    }

    static (int[] Shape, byte[] Elements) Elements(
        Stream stream, long mostBytes, string path, int dims, string what)
    {
        var shape = Header(stream, path, dims, what);
        var count = Count(shape);
        if (count == 0)
            throw new UserError(path, $"holds no {what} ({Text(shape)})", "name a file with data in it");
        if (count > Array.MaxLength)
            throw new UserError(path, $"claims {Text(shape)} elements, more than memory takes", FetchAgain);
        if (HeaderLength(dims) + count > mostBytes) throw Truncated(path);

        var elements = new byte[count];
        if (stream.ReadAtLeast(elements, elements.Length, throwOnEndOfStream: false) < elements.Length)
            throw Truncated(path);
        if (stream.ReadByte() >= 0)
            throw new UserError(path, $"goes on after the {Text(shape)} elements it announces", FetchAgain);
        return (shape, elements);
    }

    static int[] Header(Stream stream, string path, int dims, string what)
    {
        Span<byte> header = stackalloc byte[HeaderLength(dims)];
        var length = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);

        if (header[..Math.Min(length, 2)].ContainsAnyExcept((byte)0))
            throw new UserError(path, "is not an IDX file", "name a file of the MNIST family, plain or .gz");
        if (length >= 3 && header[2] != UnsignedByte)
            throw new UserError(path, $"has elements of type 0x{header[2]:X2}",
                "convert them to unsigned bytes (0x08)");
        if (length >= 4 && header[3] != dims)
            throw new UserError(path, $"has {header[3]} dimensions, {what} have {dims}",
                $"name the file with the {what}");
        if (length < header.Length) throw Truncated(path);

        var shape = new int[dims];
        for (var d = 0; d < dims; d++)
        {
            shape[d] = BinaryPrimitives.ReadInt32BigEndian(header[(4 + 4 * d)..]);
            if (shape[d] < 0) throw new UserError(path, $"has the negative size {shape[d]}", FetchAgain);
        }
        return shape;
    }

    static int HeaderLength(int dims) => 4 + 4 * dims;

    // Three factors below 2³¹ overflow 64 bits; the largest array is far below either.
    static long Count(int[] shape)
    {
        var count = 1L;
        foreach (var size in shape)
            count = size == 0 ? 0 : count > long.MaxValue / size ? long.MaxValue : count * size;
        return count;
    }

    static string Text(int[] shape) => string.Join('×', shape);

    static UserError Truncated(string path) => new(path, "ends before its data does", FetchAgain);
}
