namespace Hybrid.Formulas;

/// <summary>Double-precision functions that the BCL lacks: what <see cref="F64"/> calls.</summary>
static class DoubleMath
{
    /// <summary>Kahan's form: the rounding error of e^x cancels against that of its logarithm.</summary>
    public static double Expm1(double x)
    {
        var u = Math.Exp(x);
        if (u == 1 || double.IsNaN(u)) return x;
        if (double.IsInfinity(u) || u - 1 == -1) return u - 1;
        return (u - 1) * x / Math.Log(u);
    }

    public static double Log1p(double x)
    {
        var u = 1 + x;
        if (u == 1) return x;
        return double.IsPositiveInfinity(u) ? u : Math.Log(u) * x / (u - 1);
    }

    public static double Sigmoid(double x)
    {
        var e = Math.Exp(-Math.Abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }

    public static double Softplus(double x) => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));

    /// <summary>A series below 2.5, the continued fraction of erfc above (DLMF 7.6.2, 7.9.1).</summary>
    public static double Erf(double x)
    {
        var t = Math.Abs(x);
        if (double.IsNaN(x) || t > 6) return double.IsNaN(x) ? x : Math.Sign(x);
        return t < 2.5 ? Series(x) : Math.Sign(x) * (1 - Complement(t));
    }

    /// <summary>2/√π e^−x² Σ 2ⁿ x^(2n+1) / (2n+1)!!: all terms have one sign, so nothing cancels.</summary>
    static double Series(double x)
    {
        double term = x, sum = x;
        for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return sum * TwoOverSqrtPi * Math.Exp(-x * x);
    }

    const double TwoOverSqrtPi = 1.1283791670955126;

    static double Complement(double t)
    {
        var fraction = t;
        for (var k = 60; k > 0; k--) fraction = t + 0.5 * k / fraction;
        return Math.Exp(-t * t) / (Math.Sqrt(Math.PI) * fraction);
    }
}
