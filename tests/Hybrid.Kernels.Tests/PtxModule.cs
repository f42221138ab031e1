using System.Text.RegularExpressions;

namespace Hybrid.Kernels.Tests;

/// <summary>The PTX of one kernel, cut into what the checks ask about.</summary>
/// <param name="text">The whole module, as ILGPU writes it.</param>
sealed partial class PtxModule(string text)
{
    /// <summary>The name behind <c>.visible .entry</c>.</summary>
    public string Entry { get; } = EntryName().Match(text).Groups[1].Value;

    /// <summary>
    /// The lines between the entry's braces. What else is in the module are stubs of intrinsics, which
    /// nothing calls.
    /// </summary>
    public string[] Body { get; } = text[text.IndexOf(".visible .entry", StringComparison.Ordinal)..]
        .Split('\n').SkipWhile(line => line.Trim() != "{").Skip(1).TakeWhile(line => line.Trim() != "}")
        .Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();

    /// <summary>Bytes of shared memory whose size the module fixes.</summary>
    public int StaticShared { get; } = SharedArray().Matches(text).Sum(m => int.Parse(m.Groups[1].Value));

    public bool DeclaresExternalFunctions { get; } = text.Contains(".extern .func");

    /// <summary>How many instructions of the body begin with <paramref name="opcode"/>.</summary>
    public int Count(string opcode) =>
        Instructions.Count(line => line.StartsWith(opcode, StringComparison.Ordinal));

    /// <summary>The body without labels, declarations and guards.</summary>
    public IEnumerable<string> Instructions => Body
        .Where(line => !line.StartsWith('.') && !line.EndsWith(':'))
        .Select(line => line.StartsWith('@') ? line[(line.IndexOfAny([' ', '\t']) + 1)..].Trim() : line);

    [GeneratedRegex(@"\.visible \.entry (\w+)\(")]
    private static partial Regex EntryName();

    [GeneratedRegex(@"\.shared [^\[]*\[(\d+)\]")]
    private static partial Regex SharedArray();
}
