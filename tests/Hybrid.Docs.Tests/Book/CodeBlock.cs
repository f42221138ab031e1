namespace Hybrid.Docs.Tests;

/// <summary><c>code: path#region</c>: a named region of a file that the solution compiles.</summary>
static class CodeBlock
{
    public static string Derive(string argument)
    {
        var hash = argument.IndexOf('#');
        if (hash < 1) throw new DerivationException("give path#region");
        var (path, region) = (argument[..hash], argument[(hash + 1)..]);
        if (!File.Exists(Repository.Full(path))) throw new DerivationException($"there is no {path}");
        MustBeCompiled(path);
        var language = path.EndsWith(".fs", StringComparison.Ordinal) ? "fsharp" : "csharp";
        return $"```{language}\n{Region(Repository.Read(path), region)}\n```";
    }

    /// <summary>The lines of a region without their common indentation and without inner markers.</summary>
    public static string Region(string source, string region)
    {
        var lines = new List<string>();
        int depth = 0, found = 0;
        foreach (var line in source.Split('\n'))
        {
            var marker = line.Trim().TrimStart('/');
            if (marker == "#region " + region)
            {
                found++;
                depth = 1;
                continue;
            }
            if (depth == 0) continue;
            if (marker.StartsWith("#region ", StringComparison.Ordinal)) depth++;
            else if (marker == "#endregion") depth--;
            else lines.Add(line);
        }
        if (found != 1) throw new DerivationException($"{found} regions are called {region}, not 1");
        if (depth != 0) throw new DerivationException($"region {region} has no end");
        var written = lines.Where(line => line.Trim().Length > 0);
        var indent = written.Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : "")).Trim('\n');
    }

    static void MustBeCompiled(string path)
    {
        var folder = new FileInfo(Repository.Full(path)).Directory;
        FileInfo? project = null;
        for (; folder is not null && project is null; folder = folder.Parent)
            project = folder.GetFiles("*.?sproj").FirstOrDefault();
        if (project is null) throw new DerivationException($"{path} belongs to no project");
        if (!Repository.Read("Hybrid.sln").Contains($"\\{project.Name}\"", StringComparison.Ordinal))
            throw new DerivationException($"{project.Name} is not in Hybrid.sln");
        var name = Path.GetFileName(path);
        // A C# project compiles what lies below it, an F# project what it lists.
        var text = File.ReadAllText(project.FullName);
        if (project.Extension == ".fsproj" && !text.Contains($"\"{name}\"", StringComparison.Ordinal))
            throw new DerivationException($"{project.Name} does not compile {name}");
    }
}
