namespace Hybrid.Formulas.Tests;

/// <summary>Adaptive layer norm and gates, in double, are the defined ones.</summary>
[TestFixture]
public sealed class ModulationTests
{
    const double Epsilon = 1e-5;

    static readonly double[] X = [0.5, -1.25, 2, 0.125, 3, -0.75], Shift = [1, -2, 0.5, 3, -0.25, 2];
    static readonly double[] Scale = [0, 0.5, -1, 2, -0.25, 1];

    static double Evaluate(string formula, params double[] at) => FormulaCatalog.Find(formula)!.Evaluate(at);

    /// <summary>A few roundings of sums of six numbers below 8.</summary>
    static readonly double Rounding = Math.ScaleB(256, -53);

    [Test]
    public void A_row_is_normalised_scaled_and_shifted()
    {
        var mean = X.Average();
        var inverse = Evaluate("InverseDeviation", X.Average(x => (x - mean) * (x - mean)), Epsilon);
        double[] rows = [.. X.Select((x, i) =>
            Evaluate("Modulated", Evaluate("Normalized", x, mean, inverse), Shift[i], Scale[i]))];
        Assert.That(rows, Is.EqualTo(Theory.Modulation.LayerNorm(Epsilon, X, Shift, Scale)).Within(Rounding));
    }

    [Test]
    public void A_gate_lets_its_part_through() => Assert.That(
        X.Select((x, i) => Evaluate("Gated", x, Shift[i], Scale[i])),
        Is.EqualTo(Theory.Modulation.Gated(X, Shift, Scale)).Within(Rounding));
}
