using System.Text.RegularExpressions;

namespace Hybrid.Docs.Tests;

/// <summary>A block that cannot be derived; the message names the reason in one line.</summary>
sealed class DerivationException(string reason) : Exception(reason);

/// <summary>
/// Markdown in which <c>&lt;!-- kind: argument --&gt;</c> says where the block below it comes from.
/// </summary>
/// <remarks>
/// The block is what follows the comment without an empty line between: a fence up to its end, or anything
/// else up to the next empty line; a table may have a line in italics above it. Comments in a fence are text.
/// </remarks>
static partial class Document
{
    const string Fence = "```";

    /// <summary>The text with every derived block derived anew.</summary>
    /// <exception cref="DerivationException">A block cannot be derived.</exception>
    public static string Render(string text, Func<string, string, string> derive)
    {
        var lines = text.Split('\n');
        var result = new List<string>();
        var fenced = false;
        for (var i = 0; i < lines.Length; i++)
        {
            result.Add(lines[i]);
            if (lines[i].StartsWith(Fence, StringComparison.Ordinal)) fenced = !fenced;
            if (fenced || Comment().Match(lines[i]) is not { Success: true } comment) continue;
            result.Add(derive(comment.Groups[1].Value, comment.Groups[2].Value).TrimEnd('\n'));
            i = EndOfBlock(lines, i + 1) - 1;
        }
        return string.Join('\n', result);
    }

    /// <summary>The (kind, argument) pairs of a text.</summary>
    public static IReadOnlyList<(string Kind, string Argument)> Comments(string text)
    {
        var found = new List<(string, string)>();
        Render(text, (kind, argument) =>
        {
            found.Add((kind, argument));
            return "";
        });
        return found;
    }

    /// <summary>The text without fenced blocks.</summary>
    public static string Prose(string text)
    {
        var fenced = false;
        return string.Join('\n', text.Split('\n').Where(line =>
        {
            if (!line.StartsWith(Fence, StringComparison.Ordinal)) return !fenced;
            fenced = !fenced;
            return false;
        }));
    }

    /// <summary>The line after the block that begins at <paramref name="start"/>.</summary>
    static int EndOfBlock(string[] lines, int start)
    {
        var end = start;
        if (end < lines.Length && lines[end].StartsWith(Fence, StringComparison.Ordinal))
        {
            do end++;
            while (end < lines.Length && !lines[end].StartsWith(Fence, StringComparison.Ordinal));
            return Math.Min(end + 1, lines.Length);
        }
        // A table may have a caption.
        if (lines.AsSpan(Math.Min(end, lines.Length)) is [['*', ..], "", ['|', ..], ..])
            end += 2;
        while (end < lines.Length && lines[end].Trim().Length > 0) end++;
        return end;
    }

    [GeneratedRegex(@"^<!-- ([a-z]+): (.+?) -->$")]
    private static partial Regex Comment();
}
