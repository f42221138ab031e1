using System.Text.RegularExpressions;

namespace Hybrid.Docs.Tests;

/// <summary>Links lead somewhere, and nothing in the book belongs to one machine.</summary>
[TestFixture]
public sealed partial class LinkTests
{
    [TestCaseSource(typeof(Repository), nameof(Repository.Documents))]
    public void Links_lead_to_files_and_headings(string document)
    {
        foreach (var (path, anchor) in Links.Of(Repository.Read(document)))
        {
            var target = Links.Resolve(document, path);
            Assert.That(Path.Exists(Repository.Full(target)), $"{document} → {target}: missing");
            if (anchor.Length == 0) continue;
            Assert.That(Links.Anchors(Repository.Read(target)), Does.Contain(anchor), document);
        }
    }

    [TestCaseSource(typeof(Repository), nameof(Repository.Documents))]
    public void No_path_of_one_machine(string document) =>
        Assert.That(MachinePath().Matches(Repository.Read(document)).Select(m => m.Value), Is.Empty);

    [Test]
    public void Anchors_are_those_of_GitHub() => Assert.That(
        Links.Anchors("# 3. The price of a latent: KL on a GPU\n## `Affine` V1–V3\n"),
        Is.EqualTo((string[])["3-the-price-of-a-latent-kl-on-a-gpu", "affine-v1v3"]));

    [Test]
    public void Links_in_code_and_to_other_sites_are_not_followed() => Assert.That(
        Links.Of("[a](x.md#b) `[c](d)` [e](https://f)\n```\n[g](h)\n```\n"),
        Is.EqualTo((IEnumerable<(string, string)>)[("x.md", "b")]));

    [GeneratedRegex(@"(?<![\w.~-])/(?:work|tmp|home|root|Users|mnt|opt|var)/\S*|\b[A-Z]:\\\S*")]
    private static partial Regex MachinePath();
}
