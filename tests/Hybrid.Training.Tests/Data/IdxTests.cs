using System.Buffers.Binary;
using System.IO.Compression;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests.Data;

[TestFixture]
public sealed class IdxTests
{
    static readonly byte[] Pixels = [.. Enumerable.Range(0, 2 * 3 * 4).Select(i => (byte)(i * 11))];

    static readonly byte[] Whole = Bytes(0x08, [2, 3, 4], Pixels);

    internal static byte[] Bytes(byte type, int[] shape, byte[] elements)
    {
        var file = new byte[4 + 4 * shape.Length + elements.Length];
        (file[2], file[3]) = (type, (byte)shape.Length);
        for (var d = 0; d < shape.Length; d++)
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + 4 * d), shape[d]);
        elements.CopyTo(file, 4 + 4 * shape.Length);
        return file;
    }

    internal static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }

    [TestCase("images", false)]
    [TestCase("images.gz", false, TestName = "Reads_a_plain_file_named_gz")]
    [TestCase("images.gz", true)]
    [TestCase("images", true, TestName = "Reads_a_gzip_file_named_plain")]
    public void Reads(string name, bool packed)
    {
        using var folder = new TempFolder();

        var images = Idx.ReadImages(folder.With(name, packed ? Gzip(Whole) : Whole));

        Assert.That((images.N, images.Height, images.Width), Is.EqualTo((2, 3, 4)));
        Assert.That(images.Pixels, Is.EqualTo(Pixels));
    }

    [Test]
    public void Reads_labels()
    {
        using var folder = new TempFolder();
        var path = folder.With("labels", Bytes(8, [3], [7, 2, 1]));
        Assert.That(Idx.ReadLabels(path), Is.EqualTo(new byte[] { 7, 2, 1 }));
    }

    static IEnumerable<TestCaseData> Malformed()
    {
        static TestCaseData Case(string name, byte[] bytes, string says) =>
            new TestCaseData(bytes, says).SetName("Refuses_" + name);

        yield return Case("an_empty_file", [], "empty");
        // What gzip makes of nothing: header, empty final block, checksum 0, length 0.
        yield return Case("gzip_of_nothing",
            [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0], "ends before");
        yield return Case("text", "one,two,three\n"u8.ToArray(), "not an IDX");
        yield return Case("one_letter", "x"u8.ToArray(), "not an IDX");
        yield return Case("packed_text", Gzip("one,two,three\n"u8.ToArray()), "not an IDX");
        yield return Case("gzip_magic_alone", [0x1F, 0x8B], "images.idx");
        yield return Case("gzip_of_rubbish",
            [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255, 255, 9], "gzip");
        foreach (var type in new byte[] { 0x00, 0x09, 0x0B, 0x0C, 0x0D, 0x0E, 0xFF })
            yield return Case($"elements_of_type_{type}", Bytes(type, [2, 3, 4], Pixels), $"0x{type:X2}");
        yield return Case("labels_for_images", Bytes(8, [24], Pixels), "1 dimensions");
        yield return Case("four_dimensions", Bytes(8, [1, 2, 3, 4], Pixels), "4 dimensions");
        yield return Case("no_images", Bytes(8, [0, 3, 4], []), "holds no");
        yield return Case("images_without_rows", Bytes(8, [2, 0, 4], []), "holds no");
        yield return Case("images_without_columns", Bytes(8, [2, 3, 0], []), "holds no");
        yield return Case("a_zero_beside_sizes_that_overflow",
            Bytes(8, [int.MaxValue, int.MaxValue, 0], []), "holds no");
        yield return Case("a_negative_size", Bytes(8, [-2, 3, 4], Pixels), "negative");
        yield return Case("a_trailing_byte", [.. Whole, 0], "goes on");
        yield return Case("a_packed_trailing_byte", Gzip([.. Whole, 0]), "goes on");
        yield return Case("rubbish_after_gzip", [.. Gzip(Whole), 1, 2, 3], "gzip");
    }

    [TestCaseSource(nameof(Malformed))]
    public void Refuses(byte[] bytes, string says)
    {
        using var folder = new TempFolder();
        var path = folder.With("images.idx", bytes);
        Expect.UserError(() => Idx.ReadImages(path), path, says);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Refuses_a_file_cut_at_any_byte(bool packed)
    {
        using var folder = new TempFolder();
        var whole = packed ? Gzip(Whole) : Whole;
        for (var length = 0; length < whole.Length; length++)
        {
            var path = folder.With("cut", whole[..length]);
            Expect.UserError(() => Idx.ReadImages(path), path);
        }
    }

    [Test]
    public void A_flipped_bit_of_a_gzip_file_is_refused_or_leaves_every_pixel_as_it_was()
    {
        using var folder = new TempFolder();
        var whole = Gzip(Whole);
        // Time stamp, flags and operating system say nothing about pixels, nor do the bits that fill the last
        // byte of the deflate stream, before checksum and length (8 bytes).
        const int headerBytes = 10;
        var lastOfStream = whole.Length - 9;
        for (var bit = 0; bit < 8 * whole.Length; bit++)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            var path = folder.With("flipped", damaged);
            try
            {
                Assert.That(Idx.ReadImages(path).Pixels, Is.EqualTo(Pixels));
                Assert.That(bit / 8, Is.LessThan(headerBytes).Or.EqualTo(lastOfStream), "went unnoticed");
            }
            catch (UserError error)
            {
                Assert.That(error.Message, Does.Contain(path));
            }
        }
    }

    [TestCase(int.MaxValue, int.MaxValue, int.MaxValue, false)]
    [TestCase(int.MaxValue, int.MaxValue, int.MaxValue, true)]
    [TestCase(60_000, 28, 28, false)]
    [TestCase(60_000, 28, 28, true)]
    [TestCase(1, 46_340, 46_340, true)]
    public void Allocates_nothing_for_sizes_beyond_the_file(int n, int height, int width, bool packed)
    {
        using var folder = new TempFolder();
        var bytes = Bytes(8, [n, height, width], Pixels);
        var path = folder.With("absurd", packed ? Gzip(bytes) : bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Expect.UserError(() => Idx.ReadImages(path), path);

        // Streams, messages and assertions; the smallest of the announced bodies has 47 MB.
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4_000_000));
    }

    [Test]
    public void Says_what_is_wrong_with_a_path()
    {
        using var folder = new TempFolder();
        Expect.UserError(() => Idx.ReadImages(folder.Path), folder.Path, "folder");
        Expect.UserError(() => Idx.ReadImages(folder.At("none")), folder.At("none"), "does not exist");
        Expect.UserError(() => Idx.ReadImages(folder.At("no/such")), "does not exist");
        Expect.UserError(() => Idx.ReadImages(""), "file name");
        Expect.UserError(() => Idx.ReadImages("a\0b"), "file name");
        var file = folder.With("file", Whole);
        Expect.UserError(() => Idx.ReadImages(Path.Combine(file, "below")), file);
    }

    [Test]
    public void Says_that_a_file_may_not_be_read()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
            Assert.Ignore("This user may read everything.");
        using var folder = new TempFolder();
        var path = folder.With("secret", Whole);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.None);
        Expect.UserError(() => Idx.ReadImages(path), path, "permission");
    }
}
