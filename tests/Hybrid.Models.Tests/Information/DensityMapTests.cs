using Hybrid.Devices.Host;
using Hybrid.Information;
using Hybrid.Theory;
using MathNet.Numerics.Distributions;

namespace Hybrid.Models.Tests.Information;

/// <summary>The map of a latent plane against densities in closed form.</summary>
[TestFixture]
public class DensityMapTests
{
    /// <summary>With N(0, I) for a prior, unless told.</summary>
    static DensityMap Map(float[] mu, float[] logVar, Func<double, double>? logOfEach = null, double reach = 0)
    {
        logOfEach ??= x => Gaussian.LogDensityNats(0, 0, x);
        using var device = new HostDevice(threads: 2);
        return DensityMap.Of(new(device, mu.Length / 2, 2), mu, logVar, z =>
            [.. z.Chunk(2).Select(point => (float)(logOfEach(point[0]) + logOfEach(point[1])))], reach);
    }

    /// <summary>Float's part in a density of 1/2π: a chain of a few roundings.</summary>
    const double Rounding = 16 / 16777216.0;

    [Test]
    public void A_posterior_that_is_the_prior_leaves_no_hole()
    {
        var map = Map([0, 0], [0, 0]);
        Assert.That(map.Posterior, Is.EqualTo(map.Prior).Within(Rounding));
        Assert.That(map.TotalVariation, Is.Zero.Within(100 * Rounding), "rounding over a square of 100");
        Assert.That(map.PosteriorMass, Is.EqualTo(1).Within(2e-6), "what lies outside ±5");
    }

    /// <summary>
    /// Two unit posteriors at ±a along z₁. p is above q where cosh(az) is below e^(a²/2), and the rest is the normal
    /// distribution's.
    /// </summary>
    [TestCase(0.5)]
    [TestCase(1.5)]
    [TestCase(3)]
    public void Two_posteriors_against_the_closed_form(double a)
    {
        var map = Map([(float)-a, 0, (float)a, 0], new float[4]);
        double Cdf(double x) => Normal.CDF(0, 1, x);
        var edge = Math.Acosh(Math.Exp(a * a / 2)) / a;
        var exact = 2 * Cdf(edge) - 1 - (Cdf(edge - a) + Cdf(edge + a) - 1);
        // The midpoint rule misses h²/12 times the change of the slope across the two kinks, and the second derivative.
        var h = 2 * map.Extent / DensityMap.Side;
        Assert.That(map.TotalVariation, Is.EqualTo(exact).Within(h * h));
    }

    [Test]
    public void First_row_is_on_top_and_first_column_left()
    {
        // One narrow posterior in the upper left: z₁ = −2, z₂ = 3.
        var map = Map([-2, 3], [MathF.Log(0.04f), MathF.Log(0.04f)]);
        var at = Array.IndexOf(map.Posterior, map.Posterior.Max());
        var (row, column) = (at / DensityMap.Side, at % DensityMap.Side);
        var cell = 2 * map.Extent / DensityMap.Side;
        Assert.That(-map.Extent + (column + 0.5) * cell, Is.EqualTo(-2).Within(cell));
        Assert.That(map.Extent - (row + 0.5) * cell, Is.EqualTo(3).Within(cell));
        Assert.That(map.PosteriorMass, Is.EqualTo(1).Within(1e-4));
        Assert.That(map.TotalVariation, Is.GreaterThan(0.9), "almost all of the prior is a hole");
    }

    [Test]
    public void Far_posteriors_widen_the_square()
    {
        var map = Map([0, 0, 20, -10], new float[4]);
        Assert.That(map.Extent, Is.EqualTo(23));
        Assert.That(map.PosteriorMass, Is.EqualTo(1).Within(0.01));
    }

    /// <summary>A prior that is N(0, 4) in each dimension, and a posterior that is N(0, 1).</summary>
    [Test]
    public void The_prior_is_the_one_that_it_is_given()
    {
        var map = Map([0, 0], [0, 0], x => Gaussian.LogDensityNats(0, Math.Log(4), x), reach: 12);
        Assert.That(map.Extent, Is.EqualTo(12));
        Assert.That(map.PriorMass, Is.EqualTo(1).Within(1e-6), "six of its deviations");
        // p is above q outside r² = (8/3)·ln 4; what is left outside a circle is e^(−r²/2σ²).
        var square = 8.0 / 3 * Math.Log(4);
        var h = 2 * map.Extent / DensityMap.Side;
        Assert.That(map.TotalVariation,
            Is.EqualTo(Math.Exp(-square / 8) - Math.Exp(-square / 2)).Within(h * h));
    }

    [Test]
    public void Other_latent_spaces_are_no_plane()
    {
        using var device = new HostDevice(threads: 1);
        Assert.That(
            () => DensityMap.Of(new(device, 1, 3), new float[3], new float[3], z => z, 0), Throws.ArgumentException);
    }
}
