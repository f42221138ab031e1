using System.Text.Json;

namespace Hybrid.Bench.Tests;

[TestFixture]
public class CurveTests
{
    static Curve Fit(params (int Size, double Cost)[] points) => Curve.Fit(
        "work", "time", "size", [.. points.Select(point => new CurvePoint(point.Size, point.Cost, point.Size))]);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2.5)]
    public void A_power_law_gives_its_exponent_and_no_error(double exponent)
    {
        var curve = Fit([.. new[] { 2, 4, 8, 16, 32 }.Select(n => (n, 3e-4 * Math.Pow(n, exponent)))]);

        // Logarithms near 8 and a slope over 2.8 of them: a few units of 2⁻⁵² each.
        Assert.That(curve.Exponent, Is.EqualTo(exponent).Within(1e-14));
        Assert.That(curve.StandardError, Is.LessThan(1e-14));
        Assert.That(curve.Expected, Is.EqualTo(1).Within(1e-14));
    }

    [Test]
    public void A_bent_curve_has_the_error_of_the_textbook()
    {
        // ln cost = 0, 1, 0 at ln size = 0, 1, 2 in units of ln 2: slope 0, residuals −1/3, 2/3, −1/3,
        // so s² = (6/9)/1 and the slope's error √(s²/2).
        var curve = Fit((1, 1), (2, 2), (4, 1));

        Assert.That(curve.Exponent, Is.Zero.Within(1e-14));
        Assert.That(curve.StandardError, Is.EqualTo(Math.Sqrt(1.0 / 3)).Within(1e-14));
    }

    [Test]
    public void What_has_no_logarithm_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Fit((1, 1), (2, 0), (4, 1)));
        Assert.Throws<ArgumentException>(() => Fit((1, 1), (2, 1)));
    }

    [Test]
    public void The_aggregated_posterior_against_N()
    {
        using StringWriter output = new(), errors = new();
        var file = Path.GetTempFileName();
        try
        {
            var code = Program.Run(
                ["curves", "--quick", "--filter", "aggregated posterior against N", "--json", file], output, errors, []);

            Assert.That(code, Is.Zero, errors.ToString());
            Assert.That(output.ToString(), Does.Contain("aggregated posterior: time").And.Contain("expected"));
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            var curves = json.RootElement.GetProperty("curves").EnumerateArray().ToArray();
            Assert.That(curves.Select(curve => curve.GetProperty("quantity").GetString()),
                Is.EqualTo(new[] { "time", "memory" }));
            foreach (var curve in curves)
                Assert.That(curve.GetProperty("points").GetArrayLength(), Is.GreaterThanOrEqualTo(5));
            // Memory is no matter of noise: N rows of means, variances and precisions.
            Assert.That(curves[1].GetProperty("exponent").GetDouble(),
                Is.EqualTo(curves[1].GetProperty("expected").GetDouble()).Within(0.02));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void A_filter_that_matches_nothing_is_a_mistake()
    {
        using StringWriter output = new(), errors = new();

        Assert.That(Program.Run(["curves", "--filter", "nowhere"], output, errors, []), Is.EqualTo(2));
        Assert.That(errors.ToString(), Does.Contain("nowhere").And.Contain("VAE step against batch"));
    }

    [Test]
    public void Every_sweep_is_binary_and_long_enough([Values] bool quick)
    {
        foreach (var sweep in CostCurves.All(quick))
            Assert.That(sweep.Largest >> (Curve.FewestPoints - 1), Is.GreaterThan(0), sweep.Name);
    }
}
