namespace Hybrid.Models.Tests;

/// <summary>Weights by their papers, and which of them are mixtures of bounds.</summary>
[TestFixture]
public class LossWeightingTests
{
    static readonly double[] Levels = [-10, -2, 0, 1, Math.Log(5), 3, 10];

    /// <summary>Hang et al. 2023: of ε min(snr, γ)/snr, of x min(snr, γ), of v min(snr, γ)/(snr + 1).</summary>
    [TestCaseSource(nameof(Levels))]
    public void Min_snr_is_right_for_each_target(double logSnr)
    {
        double snr = Math.Exp(logSnr), least = Math.Min(snr, 5);
        var weighting = new LossWeighting.MinSnr();
        foreach (var (target, expected) in new[]
        {
            (PredictionTarget.Noise, least / snr), (PredictionTarget.Data, least),
            (PredictionTarget.Velocity, least / (snr + 1)),
        })
            foreach (var density in new[] { 0.02, 0.3 })
                Assert.That(weighting.Factor(target, logSnr, density), Is.EqualTo(expected).Within(1e-14 * expected));
    }

    /// <summary>The error of each target, measured: the same mistake in the noise, seen by every target.</summary>
    [Test, Combinatorial]
    public void Ratios_are_those_of_the_errors(
        [Values] PredictionTarget target, [Values(-6, -1, 0, 2, 6)] double logSnr)
    {
        const double X = 1.3, Eps = -0.7, Mistake = 0.25, Spread = 0.5;
        double z = Theory.Diffusion.Alpha(logSnr) * X + Theory.Diffusion.Sigma(logSnr) * Eps;
        double Answer(double eps) =>
            Prediction.Convert(PredictionTarget.Noise, target, eps, z, logSnr, Spread);
        var ratio = Math.Pow((Answer(Eps + Mistake) - Answer(Eps)) / Mistake, 2);
        Assert.That(LossWeighting.ErrorRatio(target, logSnr, Spread), Is.EqualTo(ratio).Within(1e-10 * ratio));
    }

    [TestCaseSource(nameof(Levels))]
    public void Edm_s_is_the_error_of_its_network_at_its_own_levels(double logSnr)
    {
        var weighting = new LossWeighting.Edm();
        var density = Math.Exp(-0.5 * Math.Pow((logSnr - 2.4) / 2.4, 2)) / (2.4 * Math.Sqrt(Math.Tau));
        Assert.That(weighting.Factor(PredictionTarget.Edm, logSnr, density, spread: 0.5), Is.EqualTo(1).Within(1e-13));
        var sigma = Math.Exp(-logSnr / 2);
        Assert.That(weighting.Factor(PredictionTarget.Data, logSnr, density),
            Is.EqualTo((sigma * sigma + 0.25) / Math.Pow(sigma * 0.5, 2)).Within(1e-13 * (4 + Math.Exp(logSnr))));
    }

    [Test]
    public void Vlb_undoes_the_density_of_the_levels() =>
        Assert.That(new LossWeighting.Vlb().Factor(PredictionTarget.Noise, 1.5, 0.125), Is.EqualTo(8));

    [TestCaseSource(nameof(Levels))]
    public void P2_and_sigmoid(double logSnr)
    {
        var snr = Math.Exp(logSnr);
        Assert.That(new LossWeighting.P2().Factor(PredictionTarget.Noise, logSnr, 0.3),
            Is.EqualTo(1 / (1 + snr)).Within(1e-15));
        Assert.That(new LossWeighting.Sigmoid(2).Objective(logSnr, 0.3),
            Is.EqualTo(1 / (1 + snr * Math.Exp(-2))).Within(1e-15));
    }

    public static IEnumerable<TestCaseData> Verdicts()
    {
        NoiseSchedule cosine = NoiseSchedule.Cosine, line = NoiseSchedule.LinearLogSnr();
        var eps = new LossWeighting.Simple(PredictionTarget.Noise);
        yield return new(eps, cosine, false);
        // λ is uniform there: the plain loss is the bound.
        yield return new(eps, line, true);
        yield return new(new LossWeighting.Simple(PredictionTarget.Velocity), cosine, true);
        yield return new(new LossWeighting.Simple(PredictionTarget.Data), cosine, true);
        yield return new(new LossWeighting.MinSnr(), cosine, false);
        yield return new(new LossWeighting.MinSnr(), line, true);
        yield return new(new LossWeighting.P2(), line, true);
        yield return new(new LossWeighting.Edm(), cosine, false);
        yield return new(new LossWeighting.Sigmoid(), cosine, true);
        foreach (var schedule in NoiseSchedule.All) yield return new(new LossWeighting.Vlb(), schedule, true);
    }

    [TestCaseSource(nameof(Verdicts))]
    public void Monotone_weights_are_mixtures_of_bounds(LossWeighting weighting, NoiseSchedule schedule, bool mixture)
    {
        var analysis = WeightingAnalysis.Of(weighting, schedule);
        Assert.That(analysis.IsMixtureOfBounds, Is.EqualTo(mixture), analysis.ToString());
        Assert.That(analysis.ToString(), Does.Contain(mixture ? "a mixture of ELBOs" : "no mixture of ELBOs"));
        // A sum whose terms go up to the peak and back.
        Assert.That(analysis.Mixture().Sum(),
            Is.EqualTo(1).Within(1e-13 * analysis.Weight.Max() / analysis.Weight[^1]));
        Assert.That(analysis.Mixture().Min() >= -1e-12, Is.EqualTo(mixture));
    }

    /// <summary>Kingma &amp; Gao 2023: under the cosine schedule ε has w ∝ sech(λ/2), v has e^(−λ/2).</summary>
    [Test]
    public void Curves_of_the_cosine_schedule_are_closed_forms()
    {
        var eps = WeightingAnalysis.Of(new LossWeighting.Simple(PredictionTarget.Noise), NoiseSchedule.Cosine);
        var v = WeightingAnalysis.Of(new LossWeighting.Simple(PredictionTarget.Velocity), NoiseSchedule.Cosine);
        // The angle runs between arctan e^∓7.5, not over all of the quarter turn.
        var range = Math.Tau * (0.25 - 2 * 8.802610248009964e-05);
        for (var i = 0; i < eps.LogSnr.Length; i++)
        {
            var half = eps.LogSnr[i] / 2;
            Assert.That(eps.Weight[i], Is.EqualTo(1 / (4 * range * Math.Cosh(half))).Within(1e-10));
            Assert.That(v.Weight[i], Is.EqualTo(Math.Exp(-half) / (2 * range)).Within(1e-9 * Math.Exp(-half)));
        }
        Assert.That(eps.PeakLogSnr, Is.EqualTo(0).Within(1e-9));
        Assert.That(v.PeakLogSnr, Is.EqualTo(v.LogSnr[^1]));
    }
}
