using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Training.Tests.Checkpoints;

[TestFixture]
public sealed class SafetensorsTests
{
    static readonly float[] AwkwardFloats =
    [
        0f, -0f, 1f, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN,
        BitConverter.UInt32BitsToSingle(0x7FC0_1234), BitConverter.UInt32BitsToSingle(0xFFFF_FFFF),
        BitConverter.UInt32BitsToSingle(0x7F80_0001),     // signalling
        BitConverter.UInt32BitsToSingle(0x007F_FFFF),     // the largest denormal
    ];

    static readonly double[] AwkwardDoubles =
        [-0.0, double.Epsilon, double.NaN, BitConverter.UInt64BitsToDouble(0x7FF0_0000_0000_0001), Math.PI];

    internal static byte[] Foreign(string json, params byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(json);
        var file = new byte[8 + text.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)text.Length);
        text.CopyTo(file, 8);
        data.CopyTo(file, 8 + text.Length);
        return file;
    }

    [Test]
    public void Round_trips_every_bit()
    {
        using var folder = new TempFolder();
        var path = folder.At("model.safetensors");
        SafetensorsFile.Write(
            path,
            [
                NamedTensor.Of("encoder/W₁ \"quoted\"", AwkwardFloats, 2, 7),
                NamedTensor.Of("doubles", AwkwardDoubles, 5),
                NamedTensor.Of("step", [long.MinValue, 0, long.MaxValue], 3),
                NamedTensor.Of("bytes", [1, 2, 255], 3, 1),
                NamedTensor.Of("scalar", [3.5f]),
                NamedTensor.Of("nothing", ReadOnlySpan<float>.Empty, 4, 0),
            ],
            new Dictionary<string, string> { ["β"] = "4\n<>&\"\\", ["empty"] = "" });

        var read = SafetensorsFile.Read(path);

        Assert.That(read.Verified);
        Assert.That(read.Floats("encoder/W₁ \"quoted\"", 2, 7).Select(BitConverter.SingleToUInt32Bits),
            Is.EqualTo(AwkwardFloats.Select(BitConverter.SingleToUInt32Bits)));
        Assert.That(read.Doubles("doubles", 5).Select(BitConverter.DoubleToUInt64Bits),
            Is.EqualTo(AwkwardDoubles.Select(BitConverter.DoubleToUInt64Bits)));
        Assert.That(read.Longs("step", 3), Is.EqualTo(new[] { long.MinValue, 0, long.MaxValue }));
        Assert.That(read.Bytes("bytes", 3, 1), Is.EqualTo(new byte[] { 1, 2, 255 }));
        Assert.That(read.Floats("scalar"), Is.EqualTo(new[] { 3.5f }));
        Assert.That(read.Floats("nothing", 4, 0), Is.Empty);
        Assert.That(read.Note("β"), Is.EqualTo("4\n<>&\"\\"));
        Assert.That(read.Metadata, Has.Count.EqualTo(2));
        Assert.That(read.Names, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        var target = new float[1];
        read.CopyTo("scalar", target);
        Assert.That(target[0], Is.EqualTo(3.5f));
    }

    [Test]
    public void Round_trips_a_file_without_tensors()
    {
        using var folder = new TempFolder();
        SafetensorsFile.Write(folder.At("f"), []);
        Assert.That(SafetensorsFile.Read(folder.At("f")).Names, Is.Empty);
    }

    [Test]
    public void Equal_content_gives_equal_bytes_in_whatever_order_it_comes()
    {
        using var folder = new TempFolder();
        var (a, b) = (NamedTensor.Of("a", [1f], 1), NamedTensor.Of("b", [2.0], 1));
        var c = NamedTensor.Of("c", [3f], 1);
        var xy = new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" };
        var yx = new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" };
        SafetensorsFile.Write(folder.At("1"), [a, b, c], xy);
        SafetensorsFile.Write(folder.At("2"), [c, a, b], yx);
        Assert.That(File.ReadAllBytes(folder.At("2")), Is.EqualTo(File.ReadAllBytes(folder.At("1"))));
    }

    [Test]
    public void Is_laid_out_as_the_format_says()
    {
        using var folder = new TempFolder();
        byte[] nine = [9];
        float[] floats = [1, 2];
        SafetensorsFile.Write(folder.At("f"), [NamedTensor.Of("u", nine, 1), NamedTensor.Of("w", floats, 2)]);
        var bytes = File.ReadAllBytes(folder.At("f"));

        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var json = JsonDocument.Parse(bytes.AsMemory(8, length)).RootElement;

        Assert.That(length % 8, Is.Zero);
        Assert.That(bytes[8], Is.EqualTo((byte)'{'));
        Assert.That(json.GetProperty("w").GetRawText(),
            Is.EqualTo("""{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"""));
        Assert.That(json.GetProperty("u").GetRawText(),
            Is.EqualTo("""{"dtype":"U8","shape":[1],"data_offsets":[8,9]}"""));
        Assert.That(bytes[(8 + length)..], Is.EqualTo(new byte[] { 0, 0, 128, 63, 0, 0, 0, 64, 9 }));
    }

    [Test]
    public void Reads_other_tools_files_and_says_that_they_are_not_verified()
    {
        using var folder = new TempFolder();
        var path = folder.With("f", Foreign(
            """
            {"w": {"dtype": "F32", "shape": [2], "data_offsets": [2, 10]},
             "h": {"shape": [], "data_offsets": [0, 2], "dtype": "BF16"},
             "__metadata__": {"format": "pt"}}
            """,
            1, 2, 0, 0, 128, 63, 0, 0, 0, 64));

        var read = SafetensorsFile.Read(path);

        Assert.That(read.Verified, Is.False);
        Assert.That(read.Floats("w", 2), Is.EqualTo(new[] { 1f, 2f }));
        Assert.That(read["h"].Type, Is.EqualTo(TensorType.BF16));
        Assert.That(read.Note("format"), Is.EqualTo("pt"));
    }

    [Test]
    public void Says_which_tensor_is_missing_or_different()
    {
        using var folder = new TempFolder();
        var path = folder.At("f");
        SafetensorsFile.Write(path, [NamedTensor.Of("w", [1f, 2f], 2)]);
        var read = SafetensorsFile.Read(path);
        Expect.UserError(() => read.Floats("v", 2), path, "'v'");
        Expect.UserError(() => read.Floats("w", 1, 2), path, "'w'", "F32 [2]", "F32 [1, 2]");
        Expect.UserError(() => read.Doubles("w", 2), path, "'w'", "F64");
        Expect.UserError(() => read.Note("epoch"), path, "'epoch'");
    }

    [Test]
    public void Refuses_to_write_names_and_shapes_that_no_file_can_have()
    {
        using var folder = new TempFolder();
        var tensor = NamedTensor.Of("w", [1f], 1);
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(folder.At("f"), [tensor, tensor]));
        Assert.Throws<ArgumentException>(
            () => SafetensorsFile.Write(folder.At("f"), [NamedTensor.Of("__metadata__", [1f], 1)]));
        var reserved = new Dictionary<string, string> { ["hybrid.sha256"] = "" };
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(folder.At("f"), [], reserved));
        Assert.Throws<ArgumentException>(() => NamedTensor.Of("w", [1f, 2f], 3));
        Assert.Throws<ArgumentException>(() => NamedTensor.Of("w", [1f, 2f], -1, -2));
        Assert.That(folder.Names, Is.Empty);
    }

    [Test]
    public void Says_where_it_cannot_write()
    {
        using var folder = new TempFolder();
        var file = folder.With("file", [1]);
        Expect.UserError(() => SafetensorsFile.Write(folder.Path, []), folder.Path, "folder");
        Expect.UserError(() => SafetensorsFile.Write(Path.Combine(file, "below"), []), file);
        Assert.That(folder.Names, Is.EqualTo(new[] { "file" }));
    }
}
