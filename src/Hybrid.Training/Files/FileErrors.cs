namespace Hybrid.Training.Files;

/// <summary>Turns what the file system refuses into a <see cref="UserError"/>.</summary>
internal static class FileErrors
{
    const string ChooseAnother = "choose another output path, or free this one";

    public static T Reading<T>(string path, Func<T> read)
    {
        RequireUsable(path);
        try
        {
            return read();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError(path, "does not exist", "check the spelling of the path", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UserError(path, "may not be read", "give yourself read permission", e);
        }
        catch (IOException e)
        {
            throw new UserError(path, $"cannot be read ({e.Message})", "check the path and the disk", e);
        }
    }

    public static void Writing(string path, Action write)
    {
        RequireUsable(path);
        try
        {
            write();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UserError(path, "may not be written", ChooseAnother, e);
        }
        catch (IOException e)
        {
            throw new UserError(path, $"cannot be written ({e.Message})", ChooseAnother, e);
        }
    }

    static void RequireUsable(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0'))
            throw new UserError($"\"{path}\"", "is not a file name", "name a file");
    }
}
