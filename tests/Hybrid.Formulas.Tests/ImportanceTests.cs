namespace Hybrid.Formulas.Tests;

/// <summary>What importance-weighted bounds compute is what theory says without looking at the formulas.</summary>
[TestFixture]
public sealed class ImportanceTests
{
    /// <summary>A dozen roundings to double of numbers up to a hundred.</summary>
    const double Rounding = 1e-12;

    static double Value(string name, params double[] x) => FormulaCatalog.Find(name)!.Evaluate(x);

    [TestCase(0, 0, 0)]
    [TestCase(1.3, -0.4, 0.7)]
    [TestCase(-2, 1.5, -2)]
    public void Log_ratio_is_two_log_densities(double z, double mu, double logVar) =>
        Assert.That(Value("LogRatio", z, mu, logVar), Is.EqualTo(
            Theory.Gaussian.LogDensityNats(mu, logVar, z) - Theory.Gaussian.LogDensityNats(0, 0, z)).Within(Rounding));

    /// <summary>∫ q (log q − log p): the ratio's mean is the divergence.</summary>
    [TestCase(0.8, -1)]
    [TestCase(-2, 0.5)]
    public void Its_mean_is_the_divergence(double mu, double logVar)
    {
        double integral = 0, sigma = Math.Exp(0.5 * logVar);
        const double step = 1e-3;
        for (var t = -10.0; t <= 10; t += step)
            integral += step * Math.Exp(-0.5 * t * t) / Math.Sqrt(2 * Math.PI)
                * Value("LogRatio", mu + sigma * t, mu, logVar);
        Assert.That(integral, Is.EqualTo(Theory.Gaussian.KlStandardNormalNats(mu, logVar)).Within(1e-10));
    }

    static readonly double[] Surprise = [3.2, 1.5, 7, 1.75];

    [Test]
    public void The_bound_is_minus_the_log_of_the_mean_weight()
    {
        var least = Surprise.Min();
        var sum = Surprise.Sum(s => Value("InfoNceTerm", least, s));
        Assert.That(Value("ImportanceNll", sum, least, Math.Log(4)),
            Is.EqualTo(-Math.Log(Surprise.Average(s => Math.Exp(-s)))).Within(Rounding));
        foreach (var s in Surprise)
            Assert.That(Value("ImportanceShare", s, least, sum),
                Is.EqualTo(Math.Exp(-s) / Surprise.Sum(other => Math.Exp(-other))).Within(Rounding));
    }
}
