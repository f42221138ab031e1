using System.Globalization;

namespace Hybrid.Docs.Tests;

/// <summary><c>count: name key=value</c>: numbers that follow from the sources without measuring time.</summary>
static class CountBlock
{
    static readonly Dictionary<string, Func<BlockArguments, string>> Counts = new()
    {
        ["cost"] = KernelCounts.Cost,
        ["formulas"] = LaneCounts.Formulas,
        ["ladder"] = KernelCounts.Ladder,
        ["lanes"] = LaneCounts.Lanes,
        ["memory"] = PlanCounts.Memory,
        ["plan"] = PlanCounts.Plan,
        ["sectors"] = KernelCounts.Sectors,
        ["sums"] = SumCounts.Orders,
        ["ulp"] = LaneCounts.MaxUlp,
    };

    public static string Derive(string argument)
    {
        var arguments = new BlockArguments(argument);
        return Counts.TryGetValue(arguments.Name, out var count)
            ? count(arguments)
            : throw new DerivationException($"no count is called {arguments.Name}");
    }
}

/// <summary>A Markdown table.</summary>
sealed class Table(params string[] header)
{
    readonly List<string> lines = [Line(header), Line(header.Select((_, i) => i == 0 ? "---" : "---:"))];

    public Table Row(params object[] cells)
    {
        lines.Add(Line(cells.Select(cell => cell is IFormattable number
            ? number.ToString(null, CultureInfo.InvariantCulture)
            : cell.ToString()!)));
        return this;
    }

    public override string ToString() => string.Join('\n', lines);

    static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
