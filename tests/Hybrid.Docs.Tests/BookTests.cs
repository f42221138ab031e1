namespace Hybrid.Docs.Tests;

/// <summary>Every block of the book is what its source says; HYBRID_DOCS=rewrite makes it so.</summary>
[TestFixture]
public sealed class BookTests
{
    static bool Rewrites => Environment.GetEnvironmentVariable("HYBRID_DOCS") == "rewrite";

    [TestCaseSource(typeof(Repository), nameof(Repository.Documents))]
    public void Is_what_its_sources_say(string path)
    {
        var rendered = Blocks.Render(path);

        if (Rewrites && rendered != Repository.Read(path)) File.WriteAllText(Repository.Full(path), rendered);
        Assert.That(Repository.Read(path), Is.EqualTo(rendered),
            "a derived block is stale: dotnet test tests/Hybrid.Docs.Tests -e HYBRID_DOCS=rewrite");
    }
}
