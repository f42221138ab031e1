using System.Xml.Linq;

namespace Hybrid.Cli.Tests.Architecture;

/// <summary>A project file, as far as the architecture is concerned.</summary>
sealed record Project(string Name, string Path, string[] References, string[] Packages)
{
    /// <summary>Whether it only drives a library that this project is measured against.</summary>
    public bool IsPeer => Path.StartsWith(Peers, StringComparison.Ordinal);

    /// <summary>Where such projects are.</summary>
    public const string Peers = "bench/peers/";

    public override string ToString() => Name;
}

/// <summary>The sources that these tests were built from.</summary>
static class Repository
{
    static readonly string[] Built = ["bin", "obj", ".git", "artifacts", "TestResults"];

    public static string Root { get; } = FindRoot();

    public static Project[] Projects { get; } = [.. Files("*.csproj").Concat(Files("*.fsproj")).Select(Read)];

    static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Hybrid.sln"))) return at.FullName;
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Hybrid.sln.");
    }

    /// <summary>Files below the root that are not built, with / in their paths, relative to it.</summary>
    public static IEnumerable<string> Files(string pattern) =>
        new DirectoryInfo(Root)
            .EnumerateFiles(pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(Built.Contains))
            .Order(StringComparer.Ordinal);

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    static Project Read(string path)
    {
        var xml = XDocument.Load(Path.Combine(Root, path));
        string[] Includes(string element) =>
            [.. xml.Descendants(element).Select(e => ((string?)e.Attribute("Include") ?? "").Replace('\\', '/'))];
        return new(
            Path.GetFileNameWithoutExtension(path), path,
            [.. Includes("ProjectReference").Select(Path.GetFileNameWithoutExtension).OfType<string>()],
            Includes("PackageReference"));
    }
}
