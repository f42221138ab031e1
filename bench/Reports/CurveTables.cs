using System.Globalization;
using Spectre.Console;

namespace Hybrid.Bench;

/// <summary>Cost curves as text: a line per curve, smallest and largest point and the exponent.</summary>
static class CurveTables
{
    public static Table Of(IEnumerable<Curve> curves)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var title in Titles) table.AddColumn(new TableColumn(title) { NoWrap = true });
        foreach (var curve in curves)
        {
            CurvePoint first = curve.Points[0], last = curve.Points[^1];
            table.AddRow(
                Markup.Escape($"{curve.Work}: {curve.Quantity}"), $"{curve.Against} {first.Size} – {last.Size}",
                Cost(curve, first), Cost(curve, last),
                $"{Exponent(curve.Exponent)} ± {Exponent(curve.StandardError)}", Exponent(curve.Expected));
        }
        return table;
    }

    static readonly string[] Titles =
        ["cost", "against", "smallest", "largest", "exponent ± std. error", "expected"];

    static string Cost(Curve curve, CurvePoint point) => curve.Quantity == "time"
        ? Tables.Time(point.Measured)
        : $"{Tables.Number(point.Measured / (1 << 20))} MiB";

    static string Exponent(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
