namespace Hybrid.Formulas.Tests;

/// <summary>Numbers normalised together, in double, are the defined ones; so are their adjoints.</summary>
[TestFixture]
public sealed class NormalizationTests
{
    const double Epsilon = 1e-3;

    static readonly double[] X = [0.5, -1.25, 2, 0.125, 3, -0.75], Bars = [1, -2, 0.5, 3, -0.25, 2];

    static double Evaluate(string formula, params double[] at) => FormulaCatalog.Find(formula)!.Evaluate(at);

    /// <summary>A few roundings of sums of six numbers below 8.</summary>
    static readonly double Rounding = Math.ScaleB(256, -53);

    static (double Mean, double Inverse, double[] Normalized) Formulas()
    {
        var mean = X.Average();
        var inverse = Evaluate("InverseDeviation", X.Average(x => (x - mean) * (x - mean)), Epsilon);
        return (mean, inverse, [.. X.Select(x => Evaluate("Normalized", x, mean, inverse))]);
    }

    [Test]
    public void Normalised_numbers_are_the_defined_ones() => Assert.That(
        Formulas().Normalized, Is.EqualTo(Theory.Normalization.Normalized(Epsilon, X)).Within(Rounding));

    [Test]
    public void Adjoints_are_the_whole_jacobian_s()
    {
        var (_, inverse, normalized) = Formulas();
        var mean = Bars.Average();
        var correlation = Bars.Zip(normalized, (bar, x) => bar * x).Average();
        double[] adjoints = [.. Bars.Zip(
            normalized, (bar, x) => inverse * Evaluate("NormalizedAdjoint", x, bar, mean, correlation))];

        Assert.That(adjoints, Is.EqualTo(Theory.Normalization.Adjoints(Epsilon, X, Bars)).Within(Rounding));
    }
}
