using System.Text.Json;

namespace Hybrid.Docs.Tests;

/// <summary>The checkout that the tests run in; paths are relative to it and use <c>/</c>.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every Markdown file that people read.</summary>
    public static IReadOnlyList<string> Documents { get; } =
    [
        .. Directory.EnumerateFiles(Root, "*.md")
            .Concat(Directory.EnumerateFiles(Full("docs"), "*.md", SearchOption.AllDirectories))
            .Select(Relative)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The numbered chapters.</summary>
    public static IEnumerable<string> Chapters =>
        Documents.Where(path => path.StartsWith("docs/", StringComparison.Ordinal) && char.IsAsciiDigit(path[5]));

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    public static string Full(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(Full(path));

    /// <summary>What a run left in <c>bench/results</c>.</summary>
    public static JsonElement Result(string file) => JsonDocument.Parse(Read($"bench/results/{file}")).RootElement;

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && folder.GetFiles("Hybrid.sln").Length == 0) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("No Hybrid.sln above the test.");
    }
}
