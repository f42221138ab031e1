using Hybrid.Formulas;

namespace Hybrid.Docs.Tests;

/// <summary>What exists is explained: every formula, every decision, every chapter.</summary>
[TestFixture]
public sealed class CoverageTests
{
    public static IEnumerable<string> Formulas => FormulaCatalog.All.Select(formula => formula.Name);

    public static IEnumerable<string> Linked => Repository.Documents
        .Where(path => path.StartsWith("docs/", StringComparison.Ordinal) && path != "docs/00-map.md");

    [TestCaseSource(nameof(Formulas))]
    public void Every_formula_is_in_a_chapter_and_in_the_notation(string formula)
    {
        Assert.That(Repository.Chapters.Any(path => Mentions(path, formula)), $"no chapter has {formula}");
        Assert.That(Mentions("docs/notation.md", formula), $"notation.md lacks {formula}");
    }

    [TestCaseSource(nameof(Linked))]
    public void Every_page_is_linked_from_another(string page) => Assert.That(
        Repository.Documents.Where(document => document != page).SelectMany(document =>
            Links.Of(Repository.Read(document)).Select(link => Links.Resolve(document, link.Path))),
        Does.Contain(page));

    [TestCaseSource(typeof(Repository), nameof(Repository.Chapters))]
    public void Chapters_ask_show_try_and_cite(string chapter)
    {
        var text = Repository.Read(chapter);
        if (chapter == "docs/00-map.md") return;
        foreach (var part in (string[])["**Question.**", "**Try.**", "**Sources.**"])
            Assert.That(text, Does.Contain(part), chapter);
    }

    static bool Mentions(string path, string formula) =>
        Repository.Read(path).Contains($"`{formula}`", StringComparison.Ordinal);
}
