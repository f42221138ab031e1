namespace Hybrid.Training.Files;

/// <summary>Opens a file that a person named, and says in one line why that is not possible.</summary>
public static class InputFile
{
    /// <summary>A seekable stream over an existing, not empty file.</summary>
    /// <exception cref="UserError">Missing, a folder, unreadable, empty, or not a regular file.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path)) throw new UserError(path, "is a folder", "name a file in it");

        return FileErrors.Reading(path, () =>
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream is { CanSeek: true, Length: > 0 }) return stream;
            stream.Dispose();
            throw new UserError(path, "is empty or not a regular file", "fetch or write it again");
        });
    }
}
