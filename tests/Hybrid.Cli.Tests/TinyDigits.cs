using System.Buffers.Binary;
using Hybrid.Training.Data;

namespace Hybrid.Cli.Tests;

/// <summary>A small IDX file: sprites of an awkward size, 540 to train on and 60 to test on.</summary>
static class TinyDigits
{
    public const int N = 600, Side = 13;

    static readonly Lazy<byte[]> File = new(() =>
    {
        var sprites = Sprites.Load(N - 1, 1, Side);
        var bytes = Header(N, Side, Side);
        foreach (var set in new[] { sprites.Train, sprites.Test })
            foreach (var pixel in set.Pixels)
                bytes.Add((byte)(pixel * 255));
        return [.. bytes];
    });

    public static byte[] Bytes() => (byte[])File.Value.Clone();

    public static string Write(TemporaryFolder folder, string name = "digits")
    {
        System.IO.File.WriteAllBytes(folder[name], File.Value);
        return name;
    }

    /// <summary>The first bytes of an IDX file with the given dimensions.</summary>
    public static List<byte> Header(params int[] shape)
    {
        var bytes = new List<byte> { 0, 0, 8, (byte)shape.Length };
        var word = new byte[4];
        foreach (var size in shape)
        {
            BinaryPrimitives.WriteInt32BigEndian(word, size);
            bytes.AddRange(word);
        }
        return bytes;
    }
}
