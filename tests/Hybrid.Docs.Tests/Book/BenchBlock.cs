using System.Globalization;
using System.Text.Json;

namespace Hybrid.Docs.Tests;

/// <summary><c>bench: bench/results/file.json#path columns=a:A,b.c:B where=prefix</c>: measured results.</summary>
/// <remarks>
/// The path leads to an array of rows: <c>ladders[operation=KlRows][shape=128×20].rungs</c>; without one the
/// file is the array. A column is a path too, and may be given a heading. <c>where</c> keeps the rows whose
/// first column begins so. An underscore may stand for a space. How long a row took is left out unless asked for. A file's machine and date stand
/// above the table.
/// </remarks>
static class BenchBlock
{
    public static string Derive(string argument)
    {
        var arguments = new BlockArguments(argument);
        var parts = arguments.Name.Split('#', 2);
        if (!File.Exists(Repository.Full(parts[0])))
            throw new DerivationException($"there is no {parts[0]}; measure it with the bench's --json");
        return Derive(Repository.Read(parts[0]), parts.Length > 1 ? parts[1] : "", arguments);
    }

    public static string Derive(string json, string path, BlockArguments arguments)
    {
        using var file = JsonDocument.Parse(json);
        var rows = At(file.RootElement, path) ?? throw new DerivationException($"it has no {path}");
        if (rows.ValueKind != JsonValueKind.Array || rows.GetArrayLength() == 0)
            throw new DerivationException("there are no rows");

        var usual =
            from cell in rows[0].EnumerateObject()
            where cell.Name != "seconds"
            where cell.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)
            select cell.Name;
        var columns = arguments.Get("columns", string.Join(',', usual)).Split(',')
            .Select(column => column.Split(':', 2)).ToArray();
        var table = new Table([.. columns.Select(column => column[^1].Replace('_', ' '))]);
        foreach (var row in rows.EnumerateArray())
        {
            // A row that is not asked for need not have the other columns.
            if (!Cell(columns[0]).StartsWith(arguments.Get("where", ""), StringComparison.Ordinal)) continue;
            table.Row([.. columns.Select(Cell)]);

            string Cell(string[] column) => At(row, column[0]) is { } cell
                ? Text(column[0], cell)
                : throw new DerivationException($"a row has no {column[0]}");
        }
        var caption = Caption(file.RootElement);
        return caption.Length > 0 ? $"*{caption}*\n\n{table}" : table.ToString();
    }

    /// <summary>What <c>name[key=value].name</c> leads to; null where it leads nowhere.</summary>
    static JsonElement? At(JsonElement from, string path)
    {
        foreach (var step in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = step.Split('[', ']').Where(part => part.Length > 0).ToArray();
            if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(parts[0], out from)) return null;
            if (parts.Length == 1) continue;
            var conditions = parts[1..].Select(part => part.Split('=', 2));
            var found = from.EnumerateArray().Where(element => conditions.All(condition =>
                element.TryGetProperty(condition[0], out var value)
                && value.ToString() is var text && (text == condition[^1] || text == condition[^1].Replace('_', ' '))))
                .ToArray();
            if (found.Length != 1) return null;
            from = found[0];
        }
        return from;
    }

    static string Caption(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return "";
        var said = new List<string>();
        if (root.TryGetProperty("gpu", out var gpu) && gpu.ValueKind == JsonValueKind.Object
            && gpu.TryGetProperty("name", out var gpuName))
            said.Add($"{gpuName}");
        if (root.TryGetProperty("machine", out var machine))
            foreach (var name in (string[])["cpu", "isa", "threads", "dotNet"])
                if (machine.TryGetProperty(name, out var fact))
                    said.Add(name == "threads" ? $"{fact} threads" : $"{fact}");
        if (root.TryGetProperty("date", out var date)) said.Add($"{date}");
        return string.Join(" · ", said);
    }

    static string Text(string path, JsonElement cell) => cell.ValueKind switch
    {
        JsonValueKind.Number when $".{path}".Contains(".seconds.", StringComparison.Ordinal) =>
            Duration(cell.GetDouble()),
        JsonValueKind.Number when path.EndsWith("Fraction", StringComparison.Ordinal) =>
            string.Create(CultureInfo.InvariantCulture, $"{100 * cell.GetDouble():F1} %"),
        JsonValueKind.Number when path.Contains('.') || path is "gBs" or "gFlops" or "gemmGFlops" or "speedup" =>
            ThreeDigits(cell.GetDouble()),
        JsonValueKind.Number => cell.GetDouble().ToString("G6", CultureInfo.InvariantCulture),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "**no**",
        _ => cell.ToString(),
    };

    static string ThreeDigits(double value) => Math.Abs(value) < 1000
        ? value.ToString("G3", CultureInfo.InvariantCulture)
        : double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            .ToString("N0", CultureInfo.InvariantCulture);

    static string Duration(double seconds) => seconds < 1e-3
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e6:G3} µs")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:G3} ms");
}
