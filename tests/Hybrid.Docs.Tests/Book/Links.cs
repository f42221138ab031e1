using System.Text.RegularExpressions;

namespace Hybrid.Docs.Tests;

/// <summary>The links of Markdown files, as GitHub reads them.</summary>
static partial class Links
{
    /// <summary>Links within the repository: (path or "", anchor or "").</summary>
    public static IEnumerable<(string Path, string Anchor)> Of(string text)
    {
        foreach (Match link in Link().Matches(CodeSpan().Replace(Document.Prose(text), "")))
        {
            var target = link.Groups[1].Value;
            if (target.Contains("://", StringComparison.Ordinal)) continue;
            var parts = target.Split('#', 2);
            yield return (parts[0], parts.Length > 1 ? parts[1] : "");
        }
    }

    /// <summary>The path that a link means, seen from the file that has it.</summary>
    public static string Resolve(string from, string path) => path.Length == 0
        ? from
        : Repository.Relative(Path.GetFullPath(Path.Combine(Repository.Full(from), "..", path)));

    /// <summary>The anchors of headings: lower case, letters and digits, hyphens for blanks.</summary>
    public static IEnumerable<string> Anchors(string text) =>
        from heading in Heading().Matches(Document.Prose(text))
        let words = heading.Groups[1].Value.Trim().ToLowerInvariant()
        select Dropped().Replace(words, "").Replace(' ', '-');

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`\n]*`(?!\\])")]
    private static partial Regex CodeSpan();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}\s_-]")]
    private static partial Regex Dropped();
}
