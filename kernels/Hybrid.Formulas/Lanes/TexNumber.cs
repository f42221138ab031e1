using System.Globalization;

namespace Hybrid.Formulas;

/// <summary>How numbers, brackets and applied functions look in print.</summary>
static class TexNumber
{
    /// <summary>Constants that an equation writes by name.</summary>
    static readonly (double Value, string Tex)[] Named =
    [
        (Math.PI, @"\pi"),
        (Math.Tau, @"2\pi"),
        (Math.E, "e"),
        (Math.Log(2), @"\log 2"),
        (Math.Log(Math.Tau), @"\log 2\pi"),
        (Math.Sqrt(2), @"\sqrt{2}"),
        (Math.Sqrt(Math.Tau), @"\sqrt{2\pi}"),
    ];

    /// <summary>What a factor such as 1/√2 divides by; null where it is not the reciprocal of a named number.</summary>
    public static string? Reciprocal(TexNode factor)
    {
        if (factor is not TexNode.Number n || Exactly(n.Value) is not null) return null;
        foreach (var (value, tex) in Named)
            if (Same(n.Value * value, 1)) return tex;
        return null;
    }

    public static string Print(double value) =>
        Exactly(value) ?? Rational(value) ?? Decimal(value);

    static string? Exactly(double value)
    {
        foreach (var (named, tex) in Named)
            if (Same(value, named)) return tex;
        return null;
    }

    /// <summary>Equal but for the rounding of the constants themselves.</summary>
    static bool Same(double a, double b) => Math.Abs(a - b) <= 4e-16 * Math.Abs(b);

    /// <summary>½, ¾ and ⅓, but 0.3 and 1.5, which are shorter as they stand.</summary>
    static string? Rational(double value)
    {
        if (value != 0.5 && Math.Round(value, 1) == value) return null;
        for (var bottom = 2; bottom <= 16; bottom++)
        {
            var top = Math.Round(value * bottom);
            if (Same(value, top / bottom) && top < 100)
                return top < 10 && bottom < 10 ? $@"\tfrac{top}{bottom}" : $@"\tfrac{{{top}}}{{{bottom}}}";
        }
        return null;
    }

    static string Decimal(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('E');
        return exponent < 0
            ? text
            : $@"{text[..exponent]} \cdot 10^{{{int.Parse(text[(exponent + 1)..], CultureInfo.InvariantCulture)}}}";
    }

    /// <summary>f x for a plain name or number, f(…) for anything longer.</summary>
    public static string Applied(string function, string argument) =>
        IsOneSymbol(argument) && function is not @"\max" and not @"\min" and not @"\sigma" and not @"\operatorname{erf}"
            ? $"{function} {argument}"
            : function + Parenthesised(argument);

    static bool IsOneSymbol(string text) =>
        text.Length == 1 || (text[0] == '\\' && text.Skip(1).All(char.IsAsciiLetter));

    /// <summary>Brackets that grow with their content where it is tall.</summary>
    public static string Parenthesised(string text) =>
        text.Contains('(') || text.Contains(@"\frac") || text.Contains(@"\tfrac") || text.Contains(@"\begin")
            ? $@"\left({text}\right)"
            : $"({text})";
}
