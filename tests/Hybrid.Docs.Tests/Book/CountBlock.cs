using System.Globalization;

namespace Hybrid.Docs.Tests;

/// <summary><c>count: name key=value</c>: what follows from the sources without measuring.</summary>
static class CountBlock
{
    static readonly Dictionary<string, Func<BlockArguments, string>> Counts = new()
    {
        ["attention"] = KernelCounts.Attention,
        ["choices"] = KernelCounts.Choices,
        ["convolution"] = KernelCounts.Convolution,
        ["convolution-rungs"] = ConvolutionCounts.Ladder,
        ["cost"] = KernelCounts.Cost,
        ["formulas"] = LaneCounts.Formulas,
        ["gradients"] = LaneCounts.Gradients,
        ["ladder"] = KernelCounts.Ladder,
        ["lanes"] = LaneCounts.Lanes,
        ["likelihoods"] = LikelihoodCounts.Trained,
        ["limits"] = MachineCounts.Limits,
        ["machine"] = MachineCounts.Ladder,
        ["memory"] = PlanCounts.Memory,
        ["nll"] = DigitRuns.Nll,
        ["nll-differences"] = DigitRuns.Differences,
        ["noise-prediction"] = NoisePredictionCounts.Ways,
        ["pictures"] = DigitRuns.Pictures,
        ["pixels"] = LikelihoodCounts.Pixels,
        ["plan"] = PlanCounts.Plan,
        ["priors"] = DigitRuns.Priors,
        ["products"] = ProductCounts.Ladder,
        ["samplers"] = DiffusionCounts.Samplers,
        ["schedules"] = DiffusionCounts.Schedules,
        ["sectors"] = KernelCounts.Sectors,
        ["singularity"] = LikelihoodCounts.Singularity,
        ["sums"] = SumCounts.Orders,
        ["u-net"] = UNetCounts.Step,
        ["ulp"] = LaneCounts.MaxUlp,
        ["weightings"] = DiffusionCounts.Weightings,
    };

    public static string Derive(string argument)
    {
        var arguments = new BlockArguments(argument);
        return Counts.TryGetValue(arguments.Name, out var count)
            ? count(arguments)
            : throw new DerivationException($"no count is called {arguments.Name}");
    }
}

/// <summary>A Markdown table; columns of numbers lie to the right.</summary>
sealed class Table(params string[] header)
{
    readonly List<object[]> rows = [];

    public Table Row(params object[] cells)
    {
        rows.Add(cells);
        return this;
    }

    public override string ToString() => string.Join('\n', [Line(header), Rule(), .. rows.Select(Line)]);

    string Rule() =>
        Line(header.Select((_, column) => rows.All(row => IsNumber(row[column])) ? "---:" : "---"));

    static bool IsNumber(object cell) => double.TryParse(Text(cell), CultureInfo.InvariantCulture, out _);

    static string Line(IEnumerable<object> cells) => $"| {string.Join(" | ", cells.Select(Text))} |";

    static string Text(object cell) => Convert.ToString(cell, CultureInfo.InvariantCulture)!;
}
