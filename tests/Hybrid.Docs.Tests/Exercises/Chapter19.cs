using Hybrid.Formulas;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 19's exercise: delete the body of GreyValues, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter19
{
    #region grey-values
    /// <summary>The probabilities of all 256 grey values under a logistic density, in float32.</summary>
    /// <param name="mu">Its mean.</param>
    /// <param name="logScale">log of its scale.</param>
    public static F32[] GreyValues(F32 mu, F32 logScale) =>
    [
        .. Enumerable.Range(0, 256).Select(
            k => F32.Exp(-DiscretizedLogisticNll.Apply(new F32(k / 255f), mu, logScale))),
    ];
    #endregion

    [Test]
    public void They_are_all_there_and_none_is_lost_far_from_the_mean([Values(-5, -3, 0)] float logScale)
    {
        const float mu = 0.2f;
        var values = GreyValues(new(mu), new(logScale));

        // A value's −log P is within its bound of the exact one, and e^ of it within that of 1, relatively; below
        // 10⁻³⁸ floats are ε apart.
        Bound32 Nll(int k) => DiscretizedLogisticNll.Apply<Bound32>(new(k / 255f), new(mu), new(logScale));
        var error = Enumerable.Range(0, 256).Max(k => Nll(k).E) + 2 * LaneMath.MaxUlp.Exp * Math.ScaleB(1, -24);
        Assert.That(values.Sum(p => (double)p.V), Is.EqualTo(1).Within(2 * error));
        for (var k = 0; k < 256; k++)
        {
            var exact = Math.Exp(-Nll(k).V);
            Assert.That((double)values[k].V, Is.EqualTo(exact).Within(2 * error * exact + 2 * float.Epsilon), $"{k}");
        }
    }
}
