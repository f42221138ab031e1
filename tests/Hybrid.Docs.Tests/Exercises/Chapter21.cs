using Hybrid.Models;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 21's exercise: delete the body of Weight, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter21
{
    #region weight
    /// <summary>What min-SNR multiplies the squared error of v by.</summary>
    public static double Weight(double logSnr, double gamma)
    {
        var snr = Math.Exp(logSnr);
        return Math.Min(snr, gamma) / (snr + 1);
    }
    #endregion

    [Test]
    public void Is_min_snr_of_the_velocity([Values(-6, 0, 1.7, 9)] double logSnr, [Values(1, 5)] double gamma) =>
        Assert.That(Weight(logSnr, gamma), Is.EqualTo(
            new LossWeighting.MinSnr(gamma).Factor(PredictionTarget.Velocity, logSnr, 0.1)).Within(1e-14));
}
