using Hybrid.Theory;

namespace Hybrid.Formulas.Tests;

/// <summary>Steps of samplers against Bayes' rule and the chain that they reverse.</summary>
[TestFixture]
public class SamplerStepTests
{
    static readonly (double From, double To)[] Steps = [(-5, -4.9), (-1, 2), (0, 0.5), (3, 9)];

    static double Value(string name, params double[] x) => FormulaCatalog.Find(name)!.Evaluate(x);

    /// <summary>Theory's variance is a difference of numbers of size 1.</summary>
    static double Rounding(double from, double to) => 1e-15 / (1 - Math.Exp(from - to));

    [TestCaseSource(nameof(Steps))]
    public void A_posterior_is_bayes_rule((double From, double To) step)
    {
        var (from, to) = step;
        var (mean, variance) = Diffusion.Posterior(to, from, 0.7, -1.2);
        var rounding = 10 * Rounding(from, to);
        Assert.That(Value("PosteriorMean", 0.7, -1.2, from, to), Is.EqualTo(mean).Within(rounding));
        Assert.That(Value("PosteriorVariance", from, to), Is.EqualTo(variance).Within(rounding));
        Assert.That(Value("ForwardVariance", from, to),
            Is.EqualTo(Diffusion.ForwardVariance(to, from)).Within(rounding));
    }

    [TestCaseSource(nameof(Steps))]
    public void A_still_step_keeps_data_and_noise((double From, double To) step)
    {
        const double X = -1.2, Eps = 0.4;
        double Z(double logSnr) => Diffusion.Alpha(logSnr) * X + Diffusion.Sigma(logSnr) * Eps;
        Assert.That(Value("DdimStep", Z(step.From), X, step.From, step.To),
            Is.EqualTo(Z(step.To)).Within(1e-14));
    }

    [Test]
    public void A_learnt_variance_goes_from_the_posterior_s_to_the_forward_one()
    {
        Assert.That(Value("LearntVariance", 0, 0.04, 0.01), Is.EqualTo(0.01).Within(1e-17));
        Assert.That(Value("LearntVariance", 1, 0.04, 0.01), Is.EqualTo(0.04).Within(1e-16));
        Assert.That(Value("LearntVariance", 0.5, 0.04, 0.01), Is.EqualTo(0.02).Within(1e-16));
    }

    /// <summary>Var(z′ | z) where Var(x | z) is known: E of q(z′ | z, x)'s variance, and the variance of its mean.</summary>
    [TestCaseSource(nameof(Steps))]
    public void A_measured_variance_is_that_of_both_together((double From, double To) step)
    {
        const double V = 0.3;
        double alpha = Diffusion.Alpha(step.From), sigma = Diffusion.Sigma(step.From);
        double weight = Value("PosteriorMean", 0, 1, step.From, step.To);
        double unknown = V * sigma * sigma / (alpha * alpha * V + sigma * sigma);
        // N(0, V) is Gaussian at both levels: Var(z′) − Cov(z′, z)²/Var(z).
        double next = Diffusion.Alpha(step.To), noise = Diffusion.Sigma(step.To), ratio = alpha / next;
        double before = next * next * V + noise * noise, after = alpha * alpha * V + sigma * sigma;
        double exact = before - ratio * ratio * before * before / after;
        Assert.That(Value("MeasuredVariance", Value("PosteriorVariance", step.From, step.To), weight, unknown),
            Is.EqualTo(exact).Within(1e-12));
    }

    [Test]
    public void Guidance_goes_beyond_and_comes_back()
    {
        Assert.That(Value("Guided", 1, 3, 0), Is.EqualTo(1));
        Assert.That(Value("Guided", 1, 3, 1), Is.EqualTo(3));
        Assert.That(Value("Guided", 1, 3, 2.5), Is.EqualTo(6));
        Assert.That(Value("Rescaled", 6, 0.5, 0), Is.EqualTo(6));
        Assert.That(Value("Rescaled", 6, 0.5, 1), Is.EqualTo(3));
        Assert.That(Value("Rescaled", 6, 0.5, 0.7), Is.EqualTo(0.7 * 3 + 0.3 * 6).Within(1e-15));
    }
}
