using System.Globalization;
using Hybrid.Bench.Exactness;

namespace Hybrid.Bench;

/// <summary>Exactness rows as text: <c>name · exact · measured · tolerance · pass</c>.</summary>
static class ExactnessLine
{
    const int NameWidth = 44, NumberWidth = 12;

    public static string Header { get; } = Line("name", "exact", "measured", "tolerance", "pass");

    public static string Of(ExactnessRow row) => Line(
        row.Name, Number(row.Exact), Number(row.Measured), $"{Number(row.Tolerance)} {row.Unit}",
        row.Pass ? "pass" : "FAIL");

    static string Line(string name, string exact, string measured, string tolerance, string pass) =>
        $"{name,-NameWidth} · {exact,NumberWidth} · {measured,NumberWidth} · {tolerance,-NumberWidth - 6} · {pass}";

    static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
