using System.Buffers.Binary;
using System.IO.Compression;

namespace Hybrid.Training.Tests.Reporting;

/// <summary>Decodes 8-bit grey and RGB PNG files, from the specification (W3C PNG, third edition), so that
/// what a sheet shows is judged by something other than what drew it.</summary>
sealed record PngReader(int Height, int Width, int Channels, byte[] Pixels)
{
    public static PngReader Read(string path)
    {
        var file = File.ReadAllBytes(path);
        Assert.That(file[..8], Is.EqualTo(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }));
        var packed = new MemoryStream();
        int width = 0, height = 0, channels = 0;
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var body = file.AsSpan(at + 8, length);
            switch (System.Text.Encoding.ASCII.GetString(file, at + 4, 4))
            {
                case "IHDR":
                    width = BinaryPrimitives.ReadInt32BigEndian(body);
                    height = BinaryPrimitives.ReadInt32BigEndian(body[4..]);
                    Assert.That(body[8], Is.EqualTo(8), "bits per channel");
                    channels = body[9] == 0 ? 1 : 3;
                    break;
                case "IDAT":
                    packed.Write(body);
                    break;
            }
            at += 12 + length;
        }
        packed.Position = 0;
        return new(height, width, channels, Unfiltered(packed, height, width * channels, channels));
    }

    public byte this[int y, int x, int c = 0] => Pixels[(y * Width + x) * Channels + c];

    static byte[] Unfiltered(Stream packed, int height, int stride, int channels)
    {
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        var pixels = new byte[height * stride];
        for (var y = 0; y < height; y++)
        {
            var filter = zlib.ReadByte();
            var row = pixels.AsSpan(y * stride, stride);
            zlib.ReadExactly(row);
            for (var i = 0; i < stride; i++)
            {
                var left = i >= channels ? row[i - channels] : 0;
                var up = y > 0 ? pixels[(y - 1) * stride + i] : 0;
                var corner = y > 0 && i >= channels ? pixels[(y - 1) * stride + i - channels] : 0;
                row[i] += (byte)(filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => (left + up) / 2,
                    4 => Paeth(left, up, corner),
                    _ => throw new AssertionException($"PNG filter {filter}"),
                });
            }
        }
        return pixels;
    }

    static int Paeth(int a, int b, int c)
    {
        var (pa, pb, pc) = (Math.Abs(b - c), Math.Abs(a - c), Math.Abs(a + b - 2 * c));
        return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }
}
