using System.Text.RegularExpressions;
using Hybrid.Kernels;

namespace Hybrid.Docs.Tests;

/// <summary><c>ptx: KlRows_V2_WarpPerRow lines=loop|all</c>: what a rung compiles to.</summary>
/// <remarks>
/// Registers and labels are numbered by their first appearance, so that a listing changes only when the
/// instructions do.
/// </remarks>
static partial class PtxBlock
{
    static readonly Dictionary<string, IReadOnlyList<string>> Listings = [];

    public static string Derive(string argument)
    {
        var arguments = new BlockArguments(argument);
        var body = Body(arguments.Name);
        var lines = arguments.Get("lines", "all") switch
        {
            "all" => body,
            "loop" => Loop(body),
            var other => throw new DerivationException($"lines={other}: give loop or all"),
        };
        return $"```\n{string.Join('\n', Renumbered(lines))}\n```";
    }

    /// <summary>The entry's lines without declarations, as ILGPU numbers them.</summary>
    public static IReadOnlyList<string> Body(string kernel)
    {
        lock (Listings)
        {
            if (Listings.TryGetValue(kernel, out var known)) return known;
            var rungs = Ladder.All.SelectMany(ladder => ladder.Rungs);
            var rung = rungs.FirstOrDefault(rung => rung.Name == kernel)
                ?? throw new DerivationException($"no rung is called {kernel}");
            using var compiler = KernelContext.PtxCompiler();
            return Listings[kernel] = Body(compiler.Compile(rung), kernel);
        }
    }

    static List<string> Body(string module, string kernel)
    {
        var entry = module.IndexOf($".visible .entry Kernel_{kernel}(", StringComparison.Ordinal);
        return
        [
            .. module[entry..].Split('\n').Select(line => line.Trim())
                .SkipWhile(line => line != "{").Skip(1).TakeWhile(line => line != "}")
                .Where(line => line.Length > 0 && line[0] is not '.' and not '/'),
        ];
    }

    /// <summary>The hottest loop: from a label to a jump back to it, where fused steps lie densest.</summary>
    public static IReadOnlyList<string> Loop(IReadOnlyList<string> body)
    {
        IReadOnlyList<string> hottest = [];
        var density = 0.0;
        for (var i = 0; i < body.Count; i++)
        {
            if (Jump().Match(body[i]) is not { Success: true } jump) continue;
            var start = body.ToList().IndexOf(jump.Groups[1].Value + ":");
            if (start < 0 || start > i) continue;
            var loop = body.Skip(start).Take(i - start + 1).ToList();
            var fused = (double)Count(loop, "fma.rn.f32") / loop.Count;
            if (fused > density && ComesRound(loop)) (hottest, density) = (loop, fused);
        }
        return hottest.Count > 0 ? hottest : throw new DerivationException("no loop of it has a fused step");
    }

    /// <summary>Whether the first line leads to the last; a jump back may only be the text's order.</summary>
    static bool ComesRound(List<string> lines)
    {
        var seen = new HashSet<int>();
        var ahead = new Stack<int>([0]);
        while (ahead.TryPop(out var at))
        {
            if (at == lines.Count - 1) return true;
            if (!seen.Add(at) || lines[at] == "ret;") continue;
            var jump = Jump().Match(lines[at]);
            var target = jump.Success ? lines.IndexOf(jump.Groups[1].Value + ":") : -1;
            if (target >= 0) ahead.Push(target);
            if (!jump.Success || lines[at].StartsWith('@')) ahead.Push(at + 1);
        }
        return false;
    }

    /// <summary>How many instructions begin with <paramref name="opcode"/>.</summary>
    public static int Count(IReadOnlyList<string> body, string opcode) =>
        body.Count(line => !line.EndsWith(':') && Opcode(line).StartsWith(opcode, StringComparison.Ordinal));

    static string Opcode(string line) => Guard().Replace(line, "");

    static IEnumerable<string> Renumbered(IReadOnlyList<string> lines)
    {
        var numbers = new Dictionary<string, string>();
        var counts = new Dictionary<string, int>();
        string Number(string kind, string name)
        {
            if (numbers.TryGetValue(name, out var known)) return known;
            var next = counts[kind] = counts.GetValueOrDefault(kind) + 1;
            return numbers[name] = kind + next;
        }
        foreach (var line in lines)
        {
            var text = Blank().Replace(line, " ");
            text = Register().Replace(text, m => Number("%" + m.Groups[1].Value, m.Value));
            text = Label().Replace(text, m => Number("L", m.Value));
            text = Parameter().Replace(text, "argument");
            yield return text.EndsWith(':') ? text : "    " + text;
        }
    }

    [GeneratedRegex(@"\bbra(?:\.uni)?\s+(\w+);")]
    private static partial Regex Jump();

    [GeneratedRegex(@"^@!?%\w+\s+")]
    private static partial Regex Guard();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"%([a-z]+)\d+\b")]
    private static partial Regex Register();

    [GeneratedRegex(@"\bL_\d+\b")]
    private static partial Regex Label();

    [GeneratedRegex(@"\b_?[A-Za-z]\w*_\d{2,}\b")]
    private static partial Regex Parameter();
}
