using System.Globalization;
using System.Text.Json;

namespace Hybrid.Docs.Tests;

/// <summary><c>bench: bench/results/file.json#array columns=a,b where=prefix</c>: measured results.</summary>
/// <remarks>
/// Without <c>#array</c> the file is the array. <c>where</c> keeps the rows whose first column begins so. How
/// long a row took is left out unless asked for. A file's machine and date stand above the table.
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

    public static string Derive(string json, string array, BlockArguments arguments)
    {
        using var file = JsonDocument.Parse(json);
        var rows = file.RootElement;
        if (array.Length > 0 && !file.RootElement.TryGetProperty(array, out rows))
            throw new DerivationException($"it has no {array}");
        if (rows.ValueKind != JsonValueKind.Array || rows.GetArrayLength() == 0)
            throw new DerivationException("there are no rows");

        var usual =
            from cell in rows[0].EnumerateObject()
            where cell.Name != "seconds"
            where cell.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)
            select cell.Name;
        var columns = arguments.Get("columns", string.Join(',', usual)).Split(',');
        var table = new Table(columns);
        foreach (var row in rows.EnumerateArray())
        {
            var cells = columns.Select(column => row.TryGetProperty(column, out var cell)
                ? Text(cell)
                : throw new DerivationException($"a row has no {column}")).ToArray();
            if (cells[0].StartsWith(arguments.Get("where", ""), StringComparison.Ordinal)) table.Row(cells);
        }
        var caption = Caption(file.RootElement);
        return caption.Length > 0 ? $"*{caption}*\n\n{table}" : table.ToString();
    }

    static string Caption(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return "";
        var said = new List<string>();
        if (root.TryGetProperty("machine", out var machine))
            foreach (var name in (string[])["cpu", "isa", "threads", "dotNet"])
                if (machine.TryGetProperty(name, out var fact))
                    said.Add(name == "threads" ? $"{fact} threads" : $"{fact}");
        if (root.TryGetProperty("date", out var date)) said.Add($"{date}");
        return string.Join(" · ", said);
    }

    static string Text(JsonElement cell) => cell.ValueKind switch
    {
        JsonValueKind.Number => cell.GetDouble().ToString("G6", CultureInfo.InvariantCulture),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "**no**",
        _ => cell.ToString(),
    };
}
