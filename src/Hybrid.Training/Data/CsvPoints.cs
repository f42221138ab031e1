using System.Globalization;
using Hybrid.Training.Files;

namespace Hybrid.Training.Data;

/// <summary>
/// Numbers in a text file: a point a line, separated by commas, semicolons, tabs or spaces.
/// </summary>
/// <remarks>A first line without any number is a header and is skipped, as are empty lines.</remarks>
public static class CsvPoints
{
    static readonly char[] Separators = [',', ';', '\t', ' '];

    /// <exception cref="UserError">No such file, or a line that is not as many numbers as the first.</exception>
    public static Points Read(string path)
    {
        using var reader = new StreamReader(InputFile.Open(path));
        return FileErrors.Reading(path, () => Parse(path, reader));
    }

    static Points Parse(string path, TextReader reader)
    {
        var values = new List<float>();
        int columns = 0, number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            var fields = line.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0 || number == 1 && !fields.Any(field => TryNumber(field, out _))) continue;
            if (columns == 0) columns = fields.Length;
            if (fields.Length != columns)
                throw new UserError(path, $"line {number} has {fields.Length} numbers, the first has {columns}",
                    "give every point as many");
            foreach (var field in fields)
                values.Add(TryNumber(field, out var value)
                    ? value
                    : throw new UserError(path, $"line {number}: '{field}' is not a finite number",
                        "remove the line, or mend it"));
        }
        return values.Count > 0
            ? new(path, [.. values], columns)
            : throw new UserError(path, "holds no numbers", "give a point a line, separated by commas");
    }

    static bool TryNumber(string field, out float value) =>
        float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);
}
