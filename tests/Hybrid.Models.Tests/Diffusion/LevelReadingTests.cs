using Hybrid.Information;

namespace Hybrid.Models.Tests;

/// <summary>What reading a level costs, against its limits and against I-MMSE.</summary>
[TestFixture]
public class LevelReadingTests
{
    [Test]
    public void Noise_alone_costs_all_of_the_levels_and_none_costs_nothing()
    {
        foreach (var nats in LevelReading.Nats(5, -60)) Assert.That(nats, Is.EqualTo(Math.Log(5)).Within(1e-9));
        foreach (var nats in LevelReading.Nats(256, 20)) Assert.That(nats, Is.InRange(0, 1e-30));
        var levels = LevelReading.Nats(256, 9);
        Assert.That(levels[0], Is.EqualTo(levels[255]).Within(1e-12).And.LessThan(levels[1]), "an end has one neighbour");
        Assert.That(levels[100], Is.EqualTo(levels[101]).Within(1e-12));
        Assert.That(() => LevelReading.Nats(1, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    /// <summary>
    /// Two levels ±1: E[x | z] = tanh(√SNR·z/σ), and the cost falls by ½ E SNR(1 − E[x | z])² per λ (Guo, Shamai &amp;
    /// Verdú 2005). The midpoint rule of 400 cells over four units of λ errs by less than 10⁻⁵.
    /// </summary>
    [Test]
    public void Its_slope_is_what_the_best_denoiser_gets_wrong()
    {
        const int cells = 400;
        const double from = -2, to = 2;
        var integral = 0.0;
        for (var cell = 0; cell < cells; cell++)
        {
            var snr = Math.Exp(from + (to - from) * (cell + 0.5) / cells);
            for (var eps = -9.0; eps <= 9; eps += 1.0 / 64)
                integral += 0.5 * (to - from) / cells * snr * Math.Pow(1 - Math.Tanh(snr + Math.Sqrt(snr) * eps), 2)
                    * Math.Exp(-0.5 * eps * eps) / Math.Sqrt(Math.Tau) / 64;
        }
        Assert.That(LevelReading.Nats(2, from)[1] - LevelReading.Nats(2, to)[1], Is.EqualTo(integral).Within(1e-5));
    }
}
