namespace Hybrid.Training.Tests;

/// <summary>A folder of its own for a test; gone afterwards.</summary>
sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hybrid-test-").FullName;

    /// <summary>Writes a file and returns its path.</summary>
    public string With(string name, byte[] bytes)
    {
        var path = At(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Names of everything in it, hidden files too.</summary>
    public string[] Names =>
        [.. Directory.EnumerateFileSystemEntries(Path).Select(System.IO.Path.GetFileName)!];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

static class Repository
{
    /// <summary>The folder of the real digits beside the checkout; without it the test is skipped, and
    /// counted as such.</summary>
    public static string Mnist()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Hybrid.sln")))
            folder = folder.Parent;
        if (folder is null) Assert.Ignore("The tests do not run inside the repository.");
        var mnist = Path.GetFullPath(Path.Combine(folder!.FullName, "..", "shared", "data", "mnist"));
        if (!Directory.Exists(mnist)) Assert.Ignore($"No real digits here: {mnist} does not exist.");
        return mnist;
    }
}

static class Expect
{
    /// <summary>Asserts that the action fails with exactly one line that names <paramref
    /// name="names"/>.</summary>
    public static void UserError(Action action, params string[] names)
    {
        var error = Assert.Throws<Hybrid.Training.UserError>(() => action())!;
        using var _ = Assert.EnterMultipleScope();
        Assert.That(error.Message, Does.Not.Contain("\n").And.Not.Contain("\r"));
        Assert.That(error.Fix, Is.Not.Empty);
        Assert.That(error.Message, Does.EndWith("; " + error.Fix));
        foreach (var name in names) Assert.That(error.Message, Does.Contain(name));
    }
}
