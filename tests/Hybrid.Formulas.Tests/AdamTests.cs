namespace Hybrid.Formulas.Tests;

/// <summary>The fused AdamW step of the lanes against the papers' lines, and against steps done by
/// hand.</summary>
[TestFixture]
public class AdamTests
{
    static readonly double[] Gradients = [0.5, -0.25, 2, 0, 1e-3, -7];

    [TestCase(0)]
    [TestCase(0.1)]
    public void Follows_the_algorithm_as_printed(double weightDecay)
    {
        const double Rate = 0.01;
        var constants = new Theory.AdamConstants(Rate, 0.9, 0.999, 1e-8);
        var theory = Theory.Adam.Start(1.5);
        F64 p = new(1.5), m = new(0), v = new(0);
        for (var t = 1; t <= Gradients.Length; t++)
        {
            theory = Theory.Adam.StepW(constants, Rate * weightDecay, 1, Gradients[t - 1], theory);
            Adam.Apply(ref p, new F64(Gradients[t - 1]), ref m, ref v,
                AdamStep.At(t, Rate, weightDecay: weightDecay));
        }
        // The step's scalars are floats, each off by at most 2⁻²⁴ of itself; a step uses seven of them.
        const double SevenRoundings = 7 * 5.96e-8;
        // |m̂/√v̂| ≤ (1 − β₁)/√(1 − β₂) = 3.2 (Kingma & Ba, section 2.1).
        var moved = Gradients.Length * Rate * (3.2 + weightDecay * 1.6);
        Assert.Multiple(() =>
        {
            Assert.That(m.V, Is.EqualTo(theory.M).Within(SevenRoundings * Gradients.Length * 7));
            Assert.That(v.V, Is.EqualTo(theory.V).Within(SevenRoundings * Gradients.Length * 49));
            Assert.That(p.V, Is.EqualTo(theory.Theta).Within(SevenRoundings * Gradients.Length * moved));
        });
    }

    /// <summary>3-4-5: below, at and above the gradient's length, and a gradient of no length.</summary>
    [TestCase(10, 1), TestCase(5, 1), TestCase(2.5, 0.5)]
    public void A_long_gradient_is_clipped_as_printed(double limit, double factor)
    {
        Assert.That(Theory.Adam.ClipFactor(limit, [3, 4]), Is.EqualTo(factor));
        Assert.That(GradientClip.Apply(new F64(25), new F64(limit)).V, Is.EqualTo(factor));
        Assert.That(GradientClip.Apply(new F64(0), new F64(limit)).V, Is.EqualTo(1));
    }

    /// <summary>
    /// g = 1, then −1, β₁ = ½, β₂ = ¾, rate 1, ε = 0. By hand: m = ½, v = ¼, m̂ = v̂ = 1, p = 0 − 1 = −1;
    /// then
    /// m = −¼, v = 7/16, m̂ = −¼/(3/4) = −⅓, v̂ = 1, p = −1 + ⅓ = −⅔.
    /// </summary>
    [Test]
    public void Two_steps_by_hand()
    {
        F64 p = new(0), m = new(0), v = new(0);
        Adam.Apply(ref p, new F64(1), ref m, ref v, AdamStep.At(1, 1, 0.5, 0.75, 0));
        Assert.That((p.V, m.V, v.V), Is.EqualTo((-1.0, 0.5, 0.25)));
        Adam.Apply(ref p, new F64(-1), ref m, ref v, AdamStep.At(2, 1, 0.5, 0.75, 0));
        Assert.That((m.V, v.V), Is.EqualTo((-0.25, 0.4375)));
        Assert.That(p.V, Is.EqualTo(-2.0 / 3).Within(1e-7), "the corrections are floats");
    }

    [Test]
    public void Decay_shrinks_the_parameter_without_a_gradient()
    {
        F64 p = new(2), m = new(0), v = new(0);
        Adam.Apply(ref p, new F64(0), ref m, ref v, AdamStep.At(1, 0.5, weightDecay: 0.25));
        Assert.That(p.V, Is.EqualTo(2 * (1 - 0.125)));
    }
}
