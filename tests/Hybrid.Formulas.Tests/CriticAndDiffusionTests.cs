using Hybrid.Theory;

namespace Hybrid.Formulas.Tests;

/// <summary>What critics and denoisers compute is what theory says without looking at the formulas.</summary>
[TestFixture]
public class CriticAndDiffusionTests
{
    static readonly double[] Scores = [0.3, -2, 1.7, 4, -0.25];

    /// <summary>A dozen roundings to double of numbers up to e⁶.</summary>
    const double Rounding = 1e-13;

    static double Value(string name, params double[] x) => FormulaCatalog.Find(name)!.Evaluate(x);

    static double Nll(int own)
    {
        var max = Scores.Max();
        return Value("InfoNce", Scores.Sum(s => Value("InfoNceTerm", s, max)), max, Scores[own]);
    }

    [Test]
    public void Nll_is_a_probability_s_logarithm([Range(0, 4)] int own) =>
        Assert.That(Nll(own), Is.EqualTo(Theory.InfoNce.NllNats(Scores, own)).Within(Rounding));

    [Test]
    public void Weights_are_the_derivatives_of_the_nll([Range(0, 4)] int own)
    {
        var p = Theory.InfoNce.Probabilities(Scores);
        for (var j = 0; j < Scores.Length; j++)
            Assert.That(Value("InfoNceWeight", Scores[j], Scores[own], Nll(own)),
                Is.EqualTo(p[j]).Within(Rounding));
        Assert.That(Value("InfoNcePositiveWeight", Nll(own)), Is.EqualTo(p[own] - 1).Within(Rounding));
    }

    /// <summary>One class of y is the game of pairs with classes for partners.</summary>
    [Test]
    public void Cross_entropy_slopes_are_the_derivatives_of_the_nll([Range(0, 4)] int own)
    {
        var p = Theory.InfoNce.Probabilities(Scores);
        for (var c = 0; c < Scores.Length; c++)
            Assert.That(Value("CrossEntropySlope", Scores[c], Scores[own], Nll(own), c == own ? 1 : 0),
                Is.EqualTo(p[c] - (c == own ? 1 : 0)).Within(Rounding));
    }

    [Test]
    public void Schedule_is_the_tangent_s_and_ends_at_15()
    {
        for (var t = 0.0; t <= 1; t += 1.0 / 64)
            // The angle's first digit to be rounded moves log tan by up to 1/θ = e^7.5.
            Assert.That(Value("CosineLogSnr", t), Is.EqualTo(Diffusion.CosineLogSnr(15, t)).Within(1e-11));
        Assert.That(Value("CosineLogSnr", 0), Is.EqualTo(15).Within(1e-11));
        Assert.That(Value("CosineLogSnr", 1), Is.EqualTo(-15).Within(1e-11));
    }

    [Test]
    public void Noise_is_added_by_alpha_and_sigma([Values(-15, -3, 0, 0.5, 15)] double logSnr)
    {
        double alpha = Diffusion.Alpha(logSnr), sigma = Diffusion.Sigma(logSnr);
        Assert.That(Value("Diffuse", 1.3, logSnr, -0.7),
            Is.EqualTo(alpha * 1.3 - sigma * 0.7).Within(Rounding));
    }

    [TestCase(1.5, -0.5, 4)]
    [TestCase(2, 2, 0)]
    public void Squared_error(double prediction, double target, double expected) =>
        Assert.That(Value("SquaredError", prediction, target), Is.EqualTo(expected));
}
