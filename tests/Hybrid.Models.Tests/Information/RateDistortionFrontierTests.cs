using Hybrid.Information;
using Hybrid.Theory;

namespace Hybrid.Models.Tests.Information;

/// <summary>Slopes and bounds of a frontier, on curves whose slopes are known.</summary>
[TestFixture]
public class RateDistortionFrontierTests
{
    static readonly double[] Eigenvalues = [4, 2, 1, 0.5, 0.25];

    static RateDistortionPoint Point(double beta, double rate, double distortion) => new(beta, distortion, rate, 0, 0);

    /// <summary>D = (R − 5)² has the slope 2(R − 5), wherever the neighbours are.</summary>
    [Test]
    public void A_parabola_has_its_own_slope()
    {
        double[] rates = [4.5, 3, 2.9, 1, 0.25];
        var frontier = new RateDistortionFrontier(
            rates.Select((r, i) => Point(i, r, (r - 5) * (r - 5))), entropy: null);
        for (var i = 1; i < rates.Length - 1; i++)
            Assert.That(frontier.Slope(i), Is.EqualTo(2 * (rates[i] - 5)).Within(1e-12));
    }

    /// <summary>
    /// Reverse water-filling is where a linear β-VAE lands: close β give −β, with an error of the second order
    /// wherever no axis is given up.
    /// </summary>
    [TestCase(0.7)]
    [TestCase(1.8)]
    [TestCase(6)]
    [TestCase(15)]
    public void Water_filling_has_the_slope_minus_beta(double beta)
    {
        double Error(double step)
        {
            var points = new[] { beta / (1 + step), beta, beta * (1 + step) }.Select(b =>
            {
                var optimum = ReverseWaterFilling.AtOptimum(Eigenvalues, 5, b, 0.2);
                return Point(b, optimum.RateNats, optimum.ReconstructionNats);
            });
            return Math.Abs(new RateDistortionFrontier(points, null).Slope(1)!.Value + beta);
        }
        Assert.That(Error(0.02), Is.LessThan(1e-3 * beta));
        Assert.That(Error(0.04) / Error(0.02), Is.EqualTo(4).Within(0.5));
    }

    [Test]
    public void Ends_and_equal_rates_have_no_slope()
    {
        var frontier = new RateDistortionFrontier(
            [Point(1, 3, 1), Point(2, 2, 2), Point(16, 0, 8), Point(20, 0, 8)], entropy: null);
        Assert.That(frontier.Slope(0), Is.Null);
        Assert.That(frontier.Slope(2), Is.Null, "the next point is the same");
        Assert.That(frontier.Slope(3), Is.Null);
    }

    [Test]
    public void Points_are_sorted_by_beta()
    {
        var frontier = new RateDistortionFrontier([Point(2, 1, 1), Point(0.5, 2, 0)], entropy: null);
        Assert.That(frontier.Points.Select(point => point.Beta), Is.EqualTo(new[] { 0.5, 2 }));
    }

    /// <summary>With an exact decoder H − D is I_q; where H is not known, nothing is proved.</summary>
    [Test]
    public void The_lower_bound_is_tight_at_the_linear_optimum()
    {
        var optimum = ReverseWaterFilling.AtOptimum(Eigenvalues, 5, 1, 0.2);
        var point = Point(1, optimum.RateNats, optimum.ReconstructionNats);
        var known = new RateDistortionFrontier([point], optimum.DataEntropyNats);
        Assert.That(known.Proved(0), Is.EqualTo(optimum.MutualInformationNats).Within(1e-12));
        Assert.That(new RateDistortionFrontier([point], null).Proved(0), Is.Null);
    }
}
