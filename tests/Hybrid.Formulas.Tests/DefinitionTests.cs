using Hybrid.Theory;

namespace Hybrid.Formulas.Tests;

/// <summary>
/// The formulas against what they are defined to be, in double: lanes cannot find a wrong equation, because
/// they all run it.
/// </summary>
[TestFixture]
public class DefinitionTests
{
    /// <summary>
    /// The quadratures are exact but for the rounding of a few hundred terms of the size of the result; closed
    /// forms round a dozen times. A wrong constant in the fifth digit is 10⁶ times larger.
    /// </summary>
    const double Rounding = 1e-11;

    static readonly double[] Means = [-3, -0.7, 0, 0.01, 2.5];

    static readonly double[] LogVars = [-8, -1, -0.001, 0, 0.3, 4];

    static double Value(string formula, params double[] x) => FormulaCatalog.Find(formula)!.Evaluate(x);

    static void AreEqual(double actual, double defined, string at, double scale = 1) =>
        Assert.That(actual, Is.EqualTo(defined).Within(Rounding * (scale + Math.Abs(defined))), at);

    [Test]
    public void Kl_from_the_standard_normal_is_the_integral_that_defines_it([ValueSource(nameof(Means))] double mu)
    {
        foreach (var logVar in LogVars)
            AreEqual(Value("KlStandardNormal", mu, logVar),
                Gaussian.KlStandardNormalByQuadratureNats(mu, logVar), $"({mu}, {logVar})");
    }

    [Test]
    public void Kl_of_two_gaussians_is_the_integral_that_defines_it([ValueSource(nameof(Means))] double mu1)
    {
        foreach (var logVar1 in LogVars)
            foreach (var (mu2, logVar2) in new[] { (0.0, 0.0), (1.5, -0.4), (-2, 1.1) })
                AreEqual(Value("KlGaussian", mu1, logVar1, mu2, logVar2),
                    Gaussian.KlByQuadratureNats(mu1, logVar1, mu2, logVar2), $"({mu1}, {logVar1}, {mu2}, {logVar2})");
    }

    [Test]
    public void Gaussian_nll_is_minus_the_log_density_and_the_density_integrates_to_one()
    {
        foreach (var mu in Means)
            foreach (var logVar in LogVars)
            {
                foreach (var x in Means)
                    AreEqual(Value("GaussianNll", x, mu, logVar), -Gaussian.LogDensityNats(mu, logVar, x),
                        $"({x}, {mu}, {logVar})");
                var mass = Quadrature.OverReals(mu, Math.Exp(0.5 * logVar),
                    new(x => Math.Exp(-Value("GaussianNll", x, mu, logVar))));
                AreEqual(mass, 1, $"mass at ({mu}, {logVar})");
            }
    }

    [Test]
    public void Bernoulli_nll_is_minus_the_log_likelihood()
    {
        foreach (var logit in new[] { -30, -3, -0.1, 0, 0.5, 7, 33 })
            foreach (var x in new[] { 0, 0.25, 1.0 })
                AreEqual(Value("BernoulliNll", logit, x), -Bernoulli.LogLikelihoodNats(logit, x), $"({logit}, {x})");
    }

    [Test]
    public void Bernoulli_draw_is_one_with_the_stated_probability()
    {
        const int Cells = 1000;
        foreach (var p in new[] { 0, 0.125, 0.5, 1 })
        {
            var ones = Enumerable.Range(0, Cells).Sum(i => Value("BernoulliDraw", p, (double)i / Cells));
            Assert.That(ones, Is.EqualTo(p * Cells));
        }
    }

    /// <summary>Over standard noise, z has mean μ and variance e^ℓ.</summary>
    [Test]
    public void A_reparameterized_draw_has_the_stated_mean_and_variance()
    {
        foreach (var mu in Means)
            foreach (var logVar in LogVars)
            {
                double Moment(Func<double, double> f) => Quadrature.OverReals(0, 1, new(eps =>
                    f(Value("Reparameterize", mu, logVar, eps)) * Math.Exp(Gaussian.LogDensityNats(0, 0, eps))));
                AreEqual(Moment(z => z), mu, $"mean at ({mu}, {logVar})", scale: Math.Exp(0.5 * logVar));
                AreEqual(Moment(z => (z - mu) * (z - mu)), Math.Exp(logVar), $"variance at ({mu}, {logVar})");
            }
    }

    [TestCase("Relu")]
    [TestCase("Silu")]
    [TestCase("Gelu")]
    [TestCase("Tanh")]
    [TestCase("Sigmoid")]
    public void Activations_are_those_of_their_papers(string name)
    {
        Func<double, double> defined = name switch
        {
            "Relu" => Theory.Activations.Relu,
            "Silu" => Theory.Activations.Silu,
            "Gelu" => Theory.Activations.Gelu,
            "Tanh" => Theory.Activations.Tanh,
            _ => Theory.Activations.Sigmoid,
        };
        for (var x = -10.0; x <= 10; x += 0.37) AreEqual(Value(name, x), defined(x), $"{name}({x})");
    }

    /// <summary>A derivative read off the output is the derivative at the input.</summary>
    [TestCase("Relu")]
    [TestCase("Tanh")]
    [TestCase("Sigmoid")]
    public void Derivatives_from_the_output_are_those_at_the_input(string name)
    {
        for (var x = -5.0; x <= 5; x += 0.37)
            AreEqual(Value(name + "GradFromOutput", Value(name, x)),
                FormulaCatalog.Find(name)!.Gradient(x)[0], $"{name}({x})");
    }

    /// <summary>The adjoint of dz·z + dKl·KL, by dual numbers of both.</summary>
    [Test]
    public void The_fused_adjoint_is_the_derivative_of_both_results()
    {
        foreach (var mu in Means)
            foreach (var logVar in LogVars)
            {
                var (dz, dKl, eps) = (0.7, -1.3, 0.4);
                var draw = FormulaCatalog.Find("Reparameterize")!.Gradient(mu, logVar, eps);
                var kl = FormulaCatalog.Find("KlStandardNormal")!.Gradient(mu, logVar);
                var (dMu, dLogVar) = ReparameterizeKlAdjoint.Apply<F64>(
                    new(mu), new(logVar), new(eps), new(dz), new(dKl));
                AreEqual(dMu.V, dz * draw[0] + dKl * kl[0], $"dMu at ({mu}, {logVar})");
                AreEqual(dLogVar.V, dz * draw[1] + dKl * kl[1], $"dLogVar at ({mu}, {logVar})");
            }
    }

    /// <summary>The same comparison finds ½ → 0.50001.</summary>
    [Test]
    public void A_wrong_half_is_not_the_integral()
    {
        var wrong = FormulaCatalog.Of(typeof(KlWithAWrongHalf)).Evaluate(1, -1);
        Assert.That(Math.Abs(wrong - Gaussian.KlStandardNormalByQuadratureNats(1, -1)),
            Is.GreaterThan(1000 * Rounding));
    }
}
