using System.Globalization;
using Spectre.Console;

namespace Hybrid.Bench;

/// <summary>Results as tables of text.</summary>
static class Tables
{
    public static Table Roofline(IEnumerable<Ceiling> ceilings)
    {
        var table = New("ceiling", "median", "10 %", "90 %", "best");
        foreach (var ceiling in ceilings)
            Row(table, ceiling.Name, $"{Number(ceiling.Rate.Median)} {ceiling.Unit}",
                Number(ceiling.Rate.P10), Number(ceiling.Rate.P90), Number(ceiling.Best));
        return table;
    }

    static readonly (string Title, int Width)[] LadderColumns =
    [
        ("rung", 42), ("median", 9), ("10 – 90 %", 21), ("GB/s", 6), ("GFLOP/s", 7), ("of roofline", 11),
        ("× first", 7), ("of cuBLAS", 9),
    ];

    /// <summary>The columns' titles, once for all ladders.</summary>
    public static Table LadderHeader()
    {
        var table = Columns(LadderColumns);
        Row(table, [.. LadderColumns.Select(column => column.Title)]);
        return table;
    }

    /// <summary>One line per rung under the columns of <see cref="LadderHeader"/>.</summary>
    public static Table Ladder(LadderResult ladder)
    {
        var table = Columns(LadderColumns);
        foreach (var rung in ladder.Rungs)
            if (rung.Seconds is { } seconds)
                Row(table, rung.Name, Time(seconds.Median), $"{Time(seconds.P10)} – {Time(seconds.P90)}",
                    Number(rung.GBs!.Value), Number(rung.GFlops!.Value),
                    Percent(rung.RooflineFraction), Number(rung.Speedup!.Value), Percent(rung.OfCuBlas));
            else Row(table, rung.Name, "WRONG", rung.Hash, "", "", "", "", "");
        return table;
    }

    /// <summary>What a ladder measures, and where its data lie.</summary>
    public static string LadderTitle(LadderResult ladder) =>
        $"{ladder.Operation} {ladder.Shape} · {ladder.Reason} · {Size(ladder.Bytes)} in "
        + (ladder.Level == CeilingKind.Memory ? "memory" : ladder.Level);

    static string Size(long bytes) => bytes < 1 << 20 ? $"{bytes >> 10} KiB" : $"{bytes >> 20} MiB";

    public static Table VaeSteps(IEnumerable<VaeStepResult> steps)
    {
        var table = New(
            "VAE training step", "steps/s", "10 – 90 %", "GEMM GFLOP/s", "of FMA peak", "bytes/step");
        foreach (var step in steps)
            Row(table, $"{step.Model}, B = {step.B}{(step.Launches is { } how ? $", {how}" : "")}", Number(step.StepsPerSecond.Median),
                $"{Number(step.StepsPerSecond.P10)} – {Number(step.StepsPerSecond.P90)}",
                Number(step.GemmGFlops), Percent(step.FmaFraction),
                step.BytesPerStep.ToString("0.#", CultureInfo.InvariantCulture));
        return table;
    }

    public static Table DenoiserSteps(IEnumerable<DenoiserStepResult> steps)
    {
        var table = New(
            "training step", "steps/s", "10 – 90 %", "GFLOP/s", "of FMA peak", "MiB within", "bytes/step");
        foreach (var step in steps)
            Row(table, $"{step.Model}, B = {step.B}", Number(step.StepsPerSecond.Median),
                $"{Number(step.StepsPerSecond.P10)} – {Number(step.StepsPerSecond.P90)}",
                Number(step.GFlops), Percent(step.FmaFraction), Number(step.TemporaryBytes / (1024.0 * 1024)),
                step.BytesPerStep.ToString("0.#", CultureInfo.InvariantCulture));
        return table;
    }

    /// <summary>Three significant digits with the unit that suits them.</summary>
    public static string Time(double seconds) =>
        seconds < 1e-3 ? $"{Number(seconds * 1e6)} µs"
        : seconds < 1 ? $"{Number(seconds * 1e3)} ms" : $"{Number(seconds)} s";

    /// <summary>About three significant digits, never an exponent.</summary>
    public static string Number(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "0", >= 10 => "0.0", >= 0.01 or 0 => "0.00", _ => "0.0000" },
        CultureInfo.InvariantCulture);

    public static string Percent(double fraction) => $"{Number(100 * fraction)} %";

    /// <summary>Nothing for what was not measured.</summary>
    static string Percent(double? fraction) => fraction is { } known ? Percent(known) : "";

    internal static Table New(string first, params string[] numbers)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn(first) { NoWrap = true });
        foreach (var number in numbers)
            table.AddColumn(new TableColumn(number) { NoWrap = true }.RightAligned());
        return table;
    }

    /// <summary>A table without lines whose columns have the same places in every table.</summary>
    static Table Columns(IEnumerable<(string Title, int Width)> columns)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        foreach (var (title, width) in columns)
        {
            var column = new TableColumn(title) { NoWrap = true, Width = width, Padding = new(1, 0, 1, 0) };
            table.AddColumn(table.Columns.Count == 0 ? column : column.RightAligned());
        }
        return table;
    }

    internal static void Row(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));
}
