using System.Globalization;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>Widths of layers on a command line: <c>400,200</c>, or <c>none</c>.</summary>
static class Widths
{
    /// <param name="text">What was given.</param>
    /// <param name="option">Whose value it is.</param>
    /// <exception cref="UserError">They are something else.</exception>
    public static int[] Parse(string text, string option = "--hidden")
    {
        if (text is "" or "none") return [];
        var parts = text.Split(',');
        var widths = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            if (!int.TryParse(parts[i], CultureInfo.InvariantCulture, out widths[i]))
                throw new UserError($"{option} {text}", $"'{parts[i]}' is not a width",
                    "give whole numbers such as 400,200, or none");
        return widths;
    }
}
