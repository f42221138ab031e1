using System.Globalization;
using System.Text;
using Hybrid.Training;
using Hybrid.Training.Files;

namespace Hybrid.Reporting;

/// <summary>Rows of numbers as text: names, then a row a line, separated by commas.</summary>
public static class CsvTable
{
    /// <summary>Writes all or nothing; each number with as many digits as bring it back to the bit.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">Of the columns.</param>
    /// <param name="blocks">Row-major tables of as many rows, side by side.</param>
    /// <param name="rows">Their number.</param>
    /// <exception cref="UserError">The path cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<string> names, IReadOnlyList<float[]> blocks, int rows) =>
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(string.Join(',', names));
            for (var row = 0; row < rows; row++)
                writer.WriteLine(string.Join(',', blocks.SelectMany(block =>
                {
                    var columns = block.Length / rows;
                    return block.Skip(row * columns).Take(columns)
                        .Select(value => value.ToString("R", CultureInfo.InvariantCulture));
                })));
        });
}
