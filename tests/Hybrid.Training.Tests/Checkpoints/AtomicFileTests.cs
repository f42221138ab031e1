using Hybrid.Training.Files;

namespace Hybrid.Training.Tests.Checkpoints;

[TestFixture]
public sealed class AtomicFileTests
{
    const int NoSpaceLeft = 28;   // ENOSPC

    static void Write(string path, string text) =>
        AtomicFile.Write(path, stream => stream.Write(Bytes(text)));

    static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    [Test]
    public void Creates_replaces_and_leaves_nothing_else()
    {
        using var folder = new TempFolder();
        Write(folder.At("file"), "a long first version");
        Write(folder.At("file"), "second");
        Assert.That(File.ReadAllText(folder.At("file")), Is.EqualTo("second"));
        Assert.That(folder.Names, Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public void Creates_the_folders_above()
    {
        using var folder = new TempFolder();
        Write(folder.At("runs/today/file"), "x");
        Assert.That(File.ReadAllText(folder.At("runs/today/file")), Is.EqualTo("x"));
    }

    [Test]
    public void Readers_see_the_old_file_until_the_new_one_is_whole()
    {
        using var folder = new TempFolder();
        var path = folder.With("file", Bytes("old"));
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Bytes("new, but"));
            stream.Flush();
            Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        });
        Assert.That(File.ReadAllText(path), Is.EqualTo("new, but"));
    }

    [Test]
    public void A_full_disk_is_reported_and_leaves_the_old_file_and_no_other()
    {
        using var folder = new TempFolder();
        var path = folder.With("file", Bytes("old"));
        Expect.UserError(
            () => AtomicFile.Write(path, stream =>
            {
                stream.Write(Bytes("half of the new"));
                throw new IOException("No space left on device", NoSpaceLeft);
            }),
            path, "No space left");
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(folder.Names, Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public void A_bug_in_the_writer_stays_a_bug_and_leaves_the_old_file_and_no_other()
    {
        using var folder = new TempFolder();
        var path = folder.With("file", Bytes("old"));
        Assert.Throws<InvalidOperationException>(
            () => AtomicFile.Write(path, _ => throw new InvalidOperationException()));
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(folder.Names, Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public void Says_what_is_wrong_with_a_path()
    {
        using var folder = new TempFolder();
        var file = folder.With("file", Bytes("old"));
        string[] paths =
            [folder.Path, folder.Path + "/", folder.At("new/"), Path.Combine(file, "below"), "", "a\0b"];
        foreach (var path in paths)
        {
            Expect.UserError(() => Write(path, "x"));
            Expect.UserError(() => AtomicFile.RequireWritable(path));
        }
        Assert.That(folder.Names, Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public void Says_that_a_folder_cannot_be_written()
    {
        if (!Directory.Exists("/proc/self")) Assert.Ignore("No folder here refuses even the administrator.");
        Expect.UserError(() => Write("/proc/self/hybrid", "x"), "/proc/self/hybrid", "written");
        Expect.UserError(() => Write("/proc/hybrid/file", "x"), "/proc/hybrid/file", "written");
    }

    [Test]
    public void A_path_that_is_a_folder_by_the_time_of_the_rename_leaves_no_temporary_file()
    {
        using var folder = new TempFolder();
        var path = folder.At("file");
        Expect.UserError(
            () => AtomicFile.Write(path, _ => Directory.CreateDirectory(Path.Combine(path, "in it"))), path);
        Assert.That(folder.Names, Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public void Probing_a_path_leaves_no_trace()
    {
        using var folder = new TempFolder();
        AtomicFile.RequireWritable(folder.At("file"));
        Assert.That(folder.Names, Is.Empty);
    }
}
