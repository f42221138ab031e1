using System.Runtime.InteropServices;

namespace Hybrid.Training.Files;

/// <summary>
/// Writes a file all or nothing: whoever opens the path sees the old bytes or the new ones, never a mixture,
/// and after a power cut the same holds.
/// </summary>
/// <remarks>
/// A temporary file in the same folder (a rename is atomic within one file system only), fsync of its bytes,
/// rename over the target, fsync of the folder (the rename itself is an entry of the folder).
/// </remarks>
public static partial class AtomicFile
{
    /// <summary>Replaces <paramref name="path"/> by what <paramref name="write"/> writes. Creates its
    /// folder.</summary>
    /// <exception cref="UserError">The path is a folder, is not writable, or the disk is full. The old file
    /// is still whole, and no temporary file is left. An exception of <paramref name="write"/> that is not
    /// about files passes through under the same promise.</exception>
    public static void Write(string path, Action<Stream> write) => FileErrors.Writing(path, () =>
    {
        var (folder, temporary) = Prepare(path);
        try
        {
            using (var stream = Create(temporary))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            DeleteQuietly(temporary);
            throw;
        }
        FlushFolder(folder);
    });

    /// <summary>Makes sure, before hours of work, that <see cref="Write"/> to this path would succeed
    /// now.</summary>
    /// <exception cref="UserError">As <see cref="Write"/>.</exception>
    public static void RequireWritable(string path) => FileErrors.Writing(path, () =>
    {
        var (_, temporary) = Prepare(path);
        try
        {
            using var probe = Create(temporary);
            probe.WriteByte(0);
        }
        finally
        {
            DeleteQuietly(temporary);
        }
    });

    static (string Folder, string Temporary) Prepare(string path)
    {
        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
            throw new UserError(path, "is a folder, not a file to write", "add a file name");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        // Not the target's name plus a suffix: that could exceed the longest name the file system takes.
        return (folder, Path.Combine(folder, $".hybrid-{Path.GetRandomFileName()}.tmp"));
    }

    static FileStream Create(string file) => new(file, FileMode.CreateNew, FileAccess.Write, FileShare.None);

    static void DeleteQuietly(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report.
        }
    }

    // Without it the new bytes are safe but their name may not be. Best effort: not every file system can.
    static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        try
        {
            var handle = OpenFile(folder, 0);
            if (handle < 0) return;
            _ = SyncFile(handle);
            _ = CloseFile(handle);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // A C library of another name: the rename was atomic all the same.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int SyncFile(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int handle);
}
