using Hybrid.Theory;

namespace Hybrid.Formulas.Tests;

/// <summary>Every target is made from x and ε by its own definition, and gives them back.</summary>
[TestFixture]
public class DiffusionTargetTests
{
    const double X = 1.3, Eps = -0.7, Spread = 0.5;

    static readonly double[] Levels = [-15, -3, 0, 0.5, 15];

    static double Value(string name, params double[] x) => FormulaCatalog.Find(name)!.Evaluate(x);

    static double Z(double logSnr) => Diffusion.Alpha(logSnr) * X + Diffusion.Sigma(logSnr) * Eps;

    /// <summary>A difference of numbers of size 1 divided by the factor of what it leaves.</summary>
    static NUnit.Framework.Constraints.IResolveConstraint About(double expected, double factor = 1) =>
        Is.EqualTo(expected).Within(1e-14 / factor);

    [TestCaseSource(nameof(Levels))]
    public void Velocity_is_the_derivative_along_the_circle(double logSnr) =>
        Assert.That(Value("Velocity", X, Eps, logSnr), About(Diffusion.Velocity(X, Eps, logSnr)));

    [TestCaseSource(nameof(Levels))]
    public void Velocity_gives_back_data_and_noise(double logSnr)
    {
        var v = Diffusion.Velocity(X, Eps, logSnr);
        Assert.That(Value("DataFromVelocity", Z(logSnr), v, logSnr), About(X));
        Assert.That(Value("NoiseFromVelocity", Z(logSnr), v, logSnr), About(Eps));
    }

    [TestCaseSource(nameof(Levels))]
    public void Noise_and_data_give_each_other(double logSnr)
    {
        Assert.That(Value("DataFromNoise", Z(logSnr), Eps, logSnr), About(X, Diffusion.Alpha(logSnr)));
        Assert.That(Value("NoiseFromData", Z(logSnr), X, logSnr), About(Eps, Diffusion.Sigma(logSnr)));
    }

    [TestCaseSource(nameof(Levels))]
    public void Score_is_that_of_the_noise_s_density(double logSnr)
    {
        var expected = Diffusion.ScoreOfNoise(X, Z(logSnr), logSnr);
        Assert.That(Value("ScoreFromNoise", Eps, logSnr),
            About(expected, Math.Pow(Diffusion.Sigma(logSnr), 2)));
    }

    [TestCaseSource(nameof(Levels))]
    public void Edm_s_output_is_what_its_denoiser_asks_of_it(double logSnr)
    {
        var output = Diffusion.EdmTarget(Spread, X, Eps, logSnr);
        // Theory works at EDM's scale, where x + (σ/α)ε has e^|λ|/2 roundings.
        Assert.That(Value("EdmTarget", X, Eps, logSnr, Spread), About(output, Math.Exp(-Math.Abs(logSnr) / 2)));
        var exact = Value("EdmTarget", X, Eps, logSnr, Spread);
        Assert.That(Value("DataFromEdm", Z(logSnr), exact, logSnr, Spread), About(X, 0.1));
        Assert.That(Value("NoiseFromEdm", Z(logSnr), exact, logSnr, Spread), About(Eps, 0.1));
    }

    [TestCaseSource(nameof(Levels))]
    public void For_data_of_unit_variance_Edm_s_output_is_minus_the_velocity(double logSnr) =>
        Assert.That(Value("EdmTarget", X, Eps, logSnr, 1), About(-Value("Velocity", X, Eps, logSnr)));

    [Test]
    public void Without_signal_the_velocity_still_says_what_the_data_are()
    {
        const double Pure = double.NegativeInfinity;
        Assert.That(Value("Velocity", X, Eps, Pure), Is.EqualTo(-X));
        Assert.That(Value("DataFromVelocity", Eps, -X, Pure), Is.EqualTo(X));
        Assert.That(Value("NoiseFromVelocity", Eps, -X, Pure), Is.EqualTo(Eps));
        var output = Value("EdmTarget", X, Eps, Pure, Spread);
        Assert.That(Value("DataFromEdm", Eps, output, Pure, Spread), About(X));
        Assert.That(double.IsFinite(Value("DataFromNoise", Eps, Eps, Pure)), Is.False);
    }

    [Test]
    public void Without_noise_the_velocity_still_says_what_the_noise_is()
    {
        const double Clean = double.PositiveInfinity;
        Assert.That(Value("Velocity", X, Eps, Clean), Is.EqualTo(Eps));
        Assert.That(Value("NoiseFromVelocity", X, Eps, Clean), Is.EqualTo(Eps));
        Assert.That(Value("DataFromVelocity", X, Eps, Clean), Is.EqualTo(X));
        Assert.That(double.IsFinite(Value("NoiseFromData", X, X, Clean)), Is.False);
    }
}
