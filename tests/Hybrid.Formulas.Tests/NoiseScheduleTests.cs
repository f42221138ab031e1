using Hybrid.Theory;

namespace Hybrid.Formulas.Tests;

/// <summary>Schedules give what theory's definitions give, which know nothing of log-SNRs.</summary>
[TestFixture]
public class NoiseScheduleTests
{
    static double Value(string name, params double[] x) => FormulaCatalog.Find(name)!.Evaluate(x);

    /// <summary>
    /// 1 − ᾱ and ᾱ each lose what the other is nearer to 1 than 2⁻⁵³: a log-SNR of size λ has e^|λ| roundings.
    /// </summary>
    static double Loss(double logSnr) => 1e-14 * (1 + Math.Exp(Math.Abs(logSnr)));

    static void IsLogSnr(double actual, double alphaBar)
    {
        var expected = NoiseSchedules.LogSnr(alphaBar);
        Assert.That(actual, Is.EqualTo(expected).Within(Loss(expected)));
    }

    [Test]
    public void A_rate_that_grows_linearly([Values(0.001, 0.1, 0.5, 1)] double t) =>
        IsLogSnr(Value("LinearBetaLogSnr", t, 0.1, 20), NoiseSchedules.LinearBetaAlphaBar(0.1, 20, t));

    [Test]
    public void A_logistic_function([Values(0.01, 0.3, 0.5, 0.99)] double t) =>
        IsLogSnr(Value("SigmoidLogSnr", t, -3, 3), NoiseSchedules.SigmoidAlphaBar(-3, 3, t));

    [Test]
    public void A_logistic_function_has_infinite_ends()
    {
        Assert.That(Value("SigmoidLogSnr", 0, -3, 3), Is.EqualTo(double.PositiveInfinity));
        Assert.That(Value("SigmoidLogSnr", 1, -3, 3), Is.EqualTo(double.NegativeInfinity));
    }

    [Test]
    public void A_squared_cosine([Values(0, 0.3, 0.9, 1)] double t) =>
        Assert.That(Value("CosineAlphaBar", t, 0.008),
            Is.EqualTo(NoiseSchedules.CosineAlphaBar(0.008, t)).Within(1e-15));

    [Test]
    public void Levels_of_Karras()
    {
        var sigmas = NoiseSchedules.KarrasSigmas(0.002, 80, 7, 18);
        for (var i = 0; i < sigmas.Length; i++)
            Assert.That(Value("KarrasLogSnr", 1 - i / 17.0, 0.002, 80, 7),
                Is.EqualTo(-2 * Math.Log(sigmas[i])).Within(1e-13));
    }

    [Test]
    public void Rates_whose_roots_go_in_equal_steps()
    {
        var betas = NoiseSchedules.ScaledLinearBetas(0.00085, 0.012, 1000);
        for (var i = 0; i < betas.Length; i++)
            Assert.That(Value("ScaledLinearBeta", i / 999.0, 0.00085, 0.012), Is.EqualTo(betas[i]).Within(1e-17));
    }

    [Test]
    public void A_sum_of_logarithms_is_a_product()
    {
        double log = 0;
        var betas = NoiseSchedules.LinearBetas(1e-4, 0.02, 1000);
        var alphaBars = NoiseSchedules.AlphaBars(betas);
        for (var i = 0; i < betas.Length; i++)
        {
            log += double.LogP1(-betas[i]);
            IsLogSnr(Value("LogSnrOfAlphaBar", log), alphaBars[i]);
        }
    }

    [Test]
    public void Terminal_signal_is_taken_away()
    {
        var table = NoiseSchedules.AlphaBars(NoiseSchedules.ScaledLinearBetas(0.00085, 0.012, 1000));
        var zero = NoiseSchedules.ZeroTerminalSnr(table);
        for (var i = 0; i < table.Length; i++)
            Assert.That(
                Value("ZeroTerminalSnr", Math.Sqrt(table[i]), Math.Sqrt(table[0]), Math.Sqrt(table[^1])),
                Is.EqualTo(Math.Sqrt(zero[i])).Within(1e-15));
    }
}
