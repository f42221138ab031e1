using Hybrid.Theory;

namespace Hybrid.Models.Tests;

/// <summary>Every target gives every other, at every level that has one.</summary>
[TestFixture]
public class PredictionTests
{
    const double X = 1.3, Eps = -0.7, Spread = 0.5;

    [Test, Combinatorial]
    public void Every_target_converts_to_every_other(
        [Values] PredictionTarget from, [Values] PredictionTarget to, [Values(-12, -1, 0, 3, 12)] double logSnr)
    {
        double alpha = Diffusion.Alpha(logSnr), sigma = Diffusion.Sigma(logSnr), z = alpha * X + sigma * Eps;
        var converted = Prediction.Convert(
            from, to, Prediction.Of(from, X, Eps, logSnr, Spread), z, logSnr, Spread);
        // x̂ is a difference divided by α, ε̂ one divided by σ; the score divides by σ again.
        var size = 1 / Math.Min(alpha, sigma) / sigma;
        Assert.That(converted,
            Is.EqualTo(Prediction.Of(to, X, Eps, logSnr, Spread)).Within(2e-14 * size));
    }

    [TestCase(PredictionTarget.Velocity)]
    [TestCase(PredictionTarget.Edm)]
    public void Velocity_and_Edm_say_all_at_both_ends(PredictionTarget target)
    {
        foreach (var (logSnr, z) in new[] { (double.NegativeInfinity, Eps), (double.PositiveInfinity, X) })
        {
            var y = Prediction.Of(target, X, Eps, logSnr, Spread);
            Assert.That(Prediction.Data(target, y, z, logSnr, Spread), Is.EqualTo(X).Within(1e-15));
            Assert.That(Prediction.Noise(target, y, z, logSnr, Spread), Is.EqualTo(Eps).Within(1e-15));
        }
    }

    [TestCase(PredictionTarget.Noise)]
    [TestCase(PredictionTarget.Score)]
    public void Noise_alone_says_nothing_of_the_data(PredictionTarget target) => Assert.That(
        () => Prediction.Data(target, Eps, Eps, double.NegativeInfinity),
        Throws.ArgumentException.With.Message.Contains("use v-prediction"));

    [Test]
    public void Data_alone_say_nothing_of_the_noise()
    {
        const double Clean = double.PositiveInfinity;
        Assert.That(() => Prediction.Noise(PredictionTarget.Data, X, X, Clean), Throws.ArgumentException);
        Assert.That(() => Prediction.Of(PredictionTarget.Score, X, Eps, Clean), Throws.ArgumentException);
        Assert.That(() => Prediction.Convert(PredictionTarget.Velocity, PredictionTarget.Score, Eps, X, Clean),
            Throws.ArgumentException);
    }
}
