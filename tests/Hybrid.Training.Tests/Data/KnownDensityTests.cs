using Hybrid.Training.Data;

namespace Hybrid.Training.Tests.Data;

/// <summary>The densities that stand beside a model's estimates are those that the points come from.</summary>
[TestFixture]
public class KnownDensityTests
{
    /// <summary>The rectangle rule on a grid of half a σ is exact to rounding for a Gaussian's blur.</summary>
    [TestCase("scg", 0.05, 7)]
    [TestCase("grid", 0.1, 6.5)]
    [TestCase("rings", 0.05, 4)]
    [TestCase("moons", 0.05, 3)]
    [TestCase("swirl", 0.05, 3.5)]
    public void They_integrate_to_one(string name, double step, double reach)
    {
        var density = KnownDensity.Of(name)!;
        double mass = 0, entropy = 0;
        for (var x = -reach; x <= reach; x += step)
            for (var y = -reach; y <= reach; y += step)
            {
                double[] at = [x, y];
                var log = density.Log(at);
                mass += step * step * Math.Exp(log);
                entropy -= step * step * Math.Exp(log) * log;
            }
        Assert.That(mass, Is.EqualTo(1).Within(1e-6));
        if (density.Entropy is { } exact) Assert.That(entropy, Is.EqualTo(exact).Within(1e-5));

        // −log p of points that were drawn: within five standard errors of the entropy.
        var points = Densities.Of(name, 4000, seed: 7)!;
        double sum = 0, squares = 0;
        for (var n = 0; n < points.N; n++)
        {
            double[] at = [points.Values[2 * n], points.Values[2 * n + 1]];
            var nll = -density.Log(at);
            (sum, squares) = (sum + nll, squares + nll * nll);
        }
        var mean = sum / points.N;
        var error = Math.Sqrt((squares / points.N - mean * mean) / points.N);
        Assert.That(Math.Abs(mean - entropy), Is.LessThan(5 * error));
    }

    [Test]
    public void Scg_has_its_published_entropy() =>
        Assert.That(KnownDensity.Of("scg")!.Entropy, Is.EqualTo(1.218489).Within(5e-7));

    [Test]
    public void A_file_has_none() => Assert.That(KnownDensity.Of("points.csv"), Is.Null);

    [Test]
    public void Far_from_a_curve_it_is_finite() =>
        Assert.That(KnownDensity.Of("swirl")!.Log([40, 0]), Is.LessThan(-1000).And.GreaterThan(double.NegativeInfinity));
}
