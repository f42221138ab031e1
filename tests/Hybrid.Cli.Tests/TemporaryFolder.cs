namespace Hybrid.Cli.Tests;

/// <summary>A folder that is gone after the test.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hybrid-cli-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Every file and folder in it with its size and time: what a failed command must not
    /// change.</summary>
    public string[] Listing()
    {
        var entries = new DirectoryInfo(Path).GetFileSystemInfos("*", SearchOption.AllDirectories);
        var lines = Array.ConvertAll(
            entries, e => $"{e.FullName} {(e as FileInfo)?.Length} {(e as FileInfo)?.LastWriteTimeUtc.Ticks}");
        Array.Sort(lines, StringComparer.Ordinal);
        return lines;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
