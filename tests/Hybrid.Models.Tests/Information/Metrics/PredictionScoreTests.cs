using Hybrid.Information.Metrics;

namespace Hybrid.Models.Tests.Information.Metrics;

/// <summary>SAP, DCI, β-VAE and FactorVAE scores of codes whose scores are known.</summary>
[TestFixture]
public class PredictionScoreTests
{
    const int N = 10_000, F = 4;

    /// <summary>Four standard deviations of a guess's accuracy over 250 points.</summary>
    static readonly double Guess = 1.0 / F + 4 * Math.Sqrt(1.0 / F * (1 - 1.0 / F) / FactorVaeScore.Test);

    static LabelledCodes Drawn(IFactorCodes source) => LabelledCodes.Draw(source, N, new(5));

    static IEnumerable<IFactorCodes> Separate => [ConstructedCodes.Perfect, ConstructedCodes.PerfectAndNoise];

    static IEnumerable<IFactorCodes> Mixed =>
        [ConstructedCodes.Rotated, ConstructedCodes.Unrelated, ConstructedCodes.Collapsed];

    /// <summary>R² of the second best is a squared correlation of unrelated columns: 16/N is four deviations.</summary>
    [TestCaseSource(nameof(Separate))]
    public void Sap_of_separate_factors_is_1(object source) =>
        Assert.That(SeparatedAttributePredictability.Of(Drawn((IFactorCodes)source)).PerFactor,
            Has.All.EqualTo(1).Within(16.0 / N));

    [TestCaseSource(nameof(Mixed))]
    public void Sap_of_others_is_0(object source) =>
        Assert.That(SeparatedAttributePredictability.Of(Drawn((IFactorCodes)source)).Score, Is.LessThan(0.03));

    /// <summary>A factor without an order is told by thresholds; a guess is right once in three.</summary>
    [Test]
    public void Sap_of_an_unordered_factor_is_an_accuracy()
    {
        Factor[] factors = [new("shape", 3, IsOrdered: false)];
        var random = new Random(3);
        int[] values = [.. Enumerable.Range(0, N).Select(_ => random.Next(3))];
        float[] place = [5, -2, 1];
        float[] codes = [.. values.SelectMany(v => new[] { place[v], 0 })];
        var sap = SeparatedAttributePredictability.Of(new(factors, 2, values, codes));
        Assert.That(sap.Score, Is.EqualTo(1 - 1.0 / 3).Within(1e-12));
    }

    [TestCaseSource(nameof(Separate))]
    public void Dci_of_separate_factors_is_1(object source)
    {
        var dci = DciScores.Of(Drawn((IFactorCodes)source));
        Assert.That(dci.Disentanglement, Is.EqualTo(1).Within(1e-9));
        Assert.That(dci.Completeness, Is.EqualTo(1).Within(1e-9));
        // Each weight is α short of 1, and α² of the variance is left.
        const double alpha = DciScores.Penalty;
        Assert.That(dci.Informativeness, Is.EqualTo(1 - alpha * alpha).Within(1e-3));
    }

    /// <summary>An orthogonal mixture tells everything, and no dimension tells one thing.</summary>
    [Test]
    public void Dci_of_a_rotated_code_is_informative_only()
    {
        var dci = DciScores.Of(Drawn(ConstructedCodes.Rotated));
        Assert.That(dci.Disentanglement, Is.LessThan(0.01));
        Assert.That(dci.Completeness, Is.LessThan(0.01));
        Assert.That(dci.Informativeness, Is.GreaterThan(0.98));
    }

    /// <summary>Each factor in two dimensions: disentangled, and short of complete by ln 2 of ln 8.</summary>
    [Test]
    public void Dci_tells_disentanglement_from_completeness()
    {
        var twice = new ConstructedCodes([5, 5, 5, 5], 8, (v, random) =>
        {
            var noise = Enumerable.Range(0, F).Select(_ => (float)random.NextDouble() - 0.5f).ToArray();
            return [.. v.Zip(noise, (a, e) => a + e), .. v.Zip(noise, (a, e) => a - e)];
        });
        var dci = DciScores.Of(Drawn(twice));
        Assert.That(dci.Disentanglement, Is.GreaterThan(0.99));
        Assert.That(dci.Completeness, Is.EqualTo(1 - Math.Log(2) / Math.Log(8)).Within(0.01));
    }

    [Test]
    public void Dci_of_nothing_is_0()
    {
        foreach (var source in new[] { ConstructedCodes.Unrelated, ConstructedCodes.Collapsed })
            Assert.That(DciScores.Of(Drawn(source)), Is.EqualTo(new DciScores(0, 0, 0)));
    }

    [TestCaseSource(nameof(Separate))]
    public void Shared_factors_are_recognised(object source)
    {
        Assert.That(BetaVaeScore.Of((IFactorCodes)source, new(1)), Is.EqualTo(1));
        Assert.That(FactorVaeScore.Of((IFactorCodes)source, new(1)), Is.EqualTo(1));
    }

    [TestCaseSource(nameof(Mixed))]
    public void Otherwise_they_are_guessed(object source)
    {
        Assert.That(BetaVaeScore.Of((IFactorCodes)source, new(1)), Is.LessThan(Guess));
        Assert.That(FactorVaeScore.Of((IFactorCodes)source, new(1)), Is.LessThan(Guess));
    }

    /// <summary>On an orthonormal design the lasso is a soft threshold; a dead column has 0.</summary>
    [Test]
    public void Lasso_is_a_soft_threshold()
    {
        var w = Lasso.Fit(new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 0 } }, [0.5, -0.2, 0.9], alpha: 0.1);
        Assert.That(w, Is.EqualTo(new[] { 0.4, -0.1, 0 }).Within(1e-12));
        Assert.That(Lasso.Fit(new double[,] { { 1 } }, [0.05], alpha: 0.1), Is.EqualTo(new double[1]));
        // Correlated columns: the conditions of the optimum, correlation with what is left = ±α.
        double[,] moments = { { 1, 0.6 }, { 0.6, 1 } };
        double[] target = [0.7, 0.5];
        w = Lasso.Fit(moments, target, alpha: 0.1);
        for (var j = 0; j < 2; j++)
            Assert.That(target[j] - moments[j, 0] * w[0] - moments[j, 1] * w[1],
                Is.EqualTo(0.1 * Math.Sign(w[j])).Within(1e-8));
    }
}
