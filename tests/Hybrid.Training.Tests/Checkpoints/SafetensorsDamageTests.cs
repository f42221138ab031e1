using System.Buffers.Binary;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Training.Tests.Checkpoints;

/// <summary>No damaged file is read as if it were whole, and none causes anything but a UserError.</summary>
[TestFixture]
public sealed class SafetensorsDamageTests
{
    internal const string OneFloat = """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";

    static byte[] Checkpoint(TempFolder folder)
    {
        var path = folder.At("whole");
        SafetensorsFile.Write(
            path, [NamedTensor.Of("w", [1f, 2f, 3f], 3), NamedTensor.Of("step", [7L], 1)],
            new Dictionary<string, string> { ["epoch"] = "3" });
        return File.ReadAllBytes(path);
    }

    static bool IsRefused(string path)
    {
        try
        {
            SafetensorsFile.Read(path);
            return false;
        }
        catch (UserError error)
        {
            Assert.That(error.Message, Does.Contain(path).And.Not.Contain("\n"));
            return true;
        }
    }

    [Test]
    public void Refuses_a_checkpoint_cut_at_any_byte()
    {
        using var folder = new TempFolder();
        var whole = Checkpoint(folder);
        for (var length = 0; length < whole.Length; length++)
            Assert.That(IsRefused(folder.With("cut", whole[..length])), $"cut to {length} bytes");
        Assert.That(IsRefused(folder.With("cut", whole)), Is.False);
    }

    [Test]
    public void Refuses_a_checkpoint_with_any_bit_flipped()
    {
        using var folder = new TempFolder();
        var whole = Checkpoint(folder);
        for (var bit = 0; bit < 8 * whole.Length; bit++)
        {
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(IsRefused(folder.With("flipped", whole)), $"bit {bit % 8} of byte {bit / 8}");
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Test]
    public void Refuses_a_checkpoint_with_a_byte_more()
    {
        using var folder = new TempFolder();
        Assert.That(IsRefused(folder.With("longer", [.. Checkpoint(folder), 0])));
    }

    [Test]
    public void Without_a_checksum_a_cut_file_is_refused_and_a_flipped_bit_never_crashes()
    {
        using var folder = new TempFolder();
        var whole = SafetensorsTests.Foreign(OneFloat, 0, 0, 128, 63);
        for (var length = 0; length < whole.Length; length++)
            Assert.That(IsRefused(folder.With("cut", whole[..length])), $"cut to {length} bytes");
        for (var bit = 0; bit < 8 * whole.Length; bit++)
        {
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
            IsRefused(folder.With("flipped", whole));   // anything but a UserError fails the test
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [TestCase(0ul)]
    [TestCase(1ul)]
    [TestCase(99ul)]
    [TestCase(100_000_001ul)]
    [TestCase(1ul << 63)]
    [TestCase(ulong.MaxValue)]
    public void Refuses_a_wrong_header_length(ulong length)
    {
        using var folder = new TempFolder();
        var bytes = SafetensorsTests.Foreign(OneFloat, 0, 0, 128, 63);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        Assert.That(IsRefused(folder.With("f", bytes)));
    }

    [Test]
    public void Refuses_what_is_no_safetensors_file_at_all()
    {
        using var folder = new TempFolder();
        Assert.That(IsRefused(folder.With("text", "this is a text file, and not a short one"u8.ToArray())));
        Assert.That(IsRefused(folder.With("zip", [0x50, 0x4B, 3, 4, .. new byte[100]])));
        Assert.That(IsRefused(folder.With("zeros", new byte[100])));
        Assert.That(IsRefused(folder.With("latin1", SafetensorsTests.Foreign(OneFloat, 1, 2, 3, 4)
            .Select(b => b == (byte)'w' ? (byte)0xFC : b).ToArray())));
        Assert.That(IsRefused(folder.At("missing")));
        Assert.That(IsRefused(folder.Path));
    }
}
