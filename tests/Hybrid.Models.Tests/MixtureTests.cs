using Hybrid.Devices.Host;

namespace Hybrid.Models.Tests;

/// <summary>EM on the kernels against EM in doubles, and the promises that it makes.</summary>
[TestFixture]
public sealed class MixtureTests
{
    const int D = 2;

    /// <summary>Four Gaussians far apart, of different spread in x and y.</summary>
    static float[] Data(int N)
    {
        var random = new Random(7);
        var x = new float[N * D];
        for (var n = 0; n < N; n++)
        {
            var (cx, cy) = (n % 2 * 4, n / 2 % 2 * 3);
            x[n * D] = (float)(cx + 0.3 * Normal(random));
            x[n * D + 1] = (float)(cy + 0.7 * Normal(random));
        }
        return x;
    }

    static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    static double[][] Rows(float[] values) =>
        [.. Enumerable.Range(0, values.Length / D).Select(i => new double[] { values[i * D], values[i * D + 1] })];

    static double Likelihood(MixtureParameters p, double[][] x) =>
        Theory.Mixture.LogLikelihoodNats(p.Weights, Rows(p.Mu), Rows(p.LogVar), x);

    static MixtureParameters Copy(MixtureParameters p) => new(p.D, [.. p.Weights], [.. p.Mu], [.. p.LogVar]);

    /// <summary>Draws have the mixture's means and variances: a deviation is e^(ℓ/2), weights need not be equal.</summary>
    [Test]
    public void Draws_are_those_of_the_mixture()
    {
        const int B = 40_000;
        MixtureParameters p = new(D, [0.7, 0.2, 0.1], [0, 1, 3, -1, -4, 2], [0, -1, -2, 0.5f, 1, 0]);
        using var device = new HostDevice();
        var mixture = new GaussianMixture(device, p.K, D);
        mixture.Set(p);
        var x = device.Arena.Allocate(B, D);
        mixture.Sample(x, seed: 3);
        var values = device.ToArray(x);
        for (var d = 0; d < D; d++)
        {
            double mean = 0, second = 0;
            for (var k = 0; k < p.K; k++)
            {
                var mu = p.Mu[k * D + d];
                mean += p.Weights[k] * mu;
                second += p.Weights[k] * (mu * mu + Math.Exp(p.LogVar[k * D + d]));
            }
            var variance = second - mean * mean;
            double[] column = [.. Enumerable.Range(0, B).Select(n => (double)values[n * D + d])];
            var kurtosis = column.Average(v => Math.Pow(v - mean, 4)) / (variance * variance);
            // A mean errs by its deviation over √n, a variance by at most √(kurtosis/n) of itself; 5 of each.
            Assert.That(column.Average(), Is.EqualTo(mean).Within(5 * Math.Sqrt(variance / B)), $"mean {d}");
            Assert.That(column.Average(v => (v - mean) * (v - mean)),
                Is.EqualTo(variance).Within(5 * variance * Math.Sqrt(kurtosis / B)), $"variance {d}");
        }
        var near = Enumerable.Range(0, B).Count(n => values[n * D] < -2);
        // Most of the third component, and what the first has there.
        double Below(int k) => MathNet.Numerics.Distributions.Normal.CDF(
            p.Mu[k * D], Math.Exp(0.5 * p.LogVar[k * D]), -2);
        var share = Enumerable.Range(0, p.K).Sum(k => p.Weights[k] * Below(k));
        Assert.That(near, Is.EqualTo(B * share).Within(5 * Math.Sqrt(B * share)));
    }

    [Test]
    public void A_step_is_the_step_that_theory_takes()
    {
        var x = Data(5000);
        using var device = new HostDevice();
        var start = MixtureSeeds.Choose(x, D, 5, seed: 3);
        var em = new ExpectationMaximization(device, x, Copy(start));

        var likelihood = em.Step();

        Assert.That(likelihood, Is.EqualTo(Likelihood(start, Rows(x))).Within(1e-5));
        var (weights, mu, logVar) =
            Theory.Mixture.ExpectationMaximization(start.Weights, Rows(start.Mu), Rows(start.LogVar), Rows(x));
        // Partial sums of 128 terms that meet five times, a responsibility's few roundings and its exponent's:
        // less than 2⁻²⁴·(133 + 50) relative to what is summed, which here is of order 1.
        var tolerance = 183 * Math.ScaleB(1, -24) * 4;
        for (var k = 0; k < 5; k++)
        {
            Assert.That(em.Parameters.Weights[k], Is.EqualTo(weights[k]).Within(tolerance));
            for (var d = 0; d < D; d++)
            {
                Assert.That(em.Parameters.Mu[k * D + d], Is.EqualTo(mu[k][d]).Within(tolerance));
                Assert.That(em.Parameters.LogVar[k * D + d], Is.EqualTo(logVar[k][d]).Within(2 * tolerance));
            }
        }
    }

    /// <remarks>
    /// Measured in doubles, so that only the M-step's roundings are left. They move a parameter from its best
    /// place by less than 10⁻⁴ of its scale, and at that place the bound is flat: the loss is quadratic,
    /// below 10⁻⁸ nats.
    /// </remarks>
    [TestCase(1)]
    [TestCase(4)]
    [TestCase(9)]
    public void The_likelihood_never_falls(int K)
    {
        var x = Data(600);
        using var device = new HostDevice();
        var em = new ExpectationMaximization(device, x, MixtureSeeds.Choose(x, D, K, seed: 1));
        var rows = Rows(x);
        var before = Likelihood(em.Parameters, rows);
        for (var step = 0; step < 40; step++)
        {
            em.Step();
            var after = Likelihood(em.Parameters, rows);
            Assert.That(after, Is.GreaterThan(before - 1e-8), $"step {step}");
            before = after;
        }
    }

    [Test]
    public void Seeds_find_every_cluster_and_are_the_same_again()
    {
        var x = Data(400);
        var seeds = MixtureSeeds.Choose(x, D, 4, seed: 0);
        var found = Rows(seeds.Mu).Select(m => (Math.Round(m[0] / 4), m[1] > 1.5)).Distinct().Count();
        Assert.That(found, Is.EqualTo(4));
        Assert.That(MixtureSeeds.Choose(x, D, 4, seed: 0).Mu, Is.EqualTo(seeds.Mu));
        Assert.That(MixtureSeeds.Choose(x, D, 4, seed: 1).Mu, Is.Not.EqualTo(seeds.Mu));
    }

    [Test]
    public void A_component_without_rows_stays_where_it_was_and_a_lonely_row_has_a_variance()
    {
        float[] x = [0, 0, 1, 1, 2, 0, 100, 100];
        using var device = new HostDevice();
        var start = new MixtureParameters(
            D, [0.4, 0.3, 0.3], [1, 0.5f, 100, 100, -1e4f, 0], [0, 0, 0, 0, 0, 0]);
        var em = new ExpectationMaximization(device, x, start);
        for (var step = 0; step < 3; step++) em.Step();
        Assert.That(em.Parameters.Mu[4], Is.EqualTo(-1e4f));
        Assert.That(em.Parameters.Weights[1], Is.EqualTo(0.25).Within(1e-6));
        Assert.That(em.Parameters.LogVar, Has.All.GreaterThan(-20));
        Assert.That(double.IsFinite(em.LogLikelihood()));
    }

    [Test]
    public void A_step_allocates_nothing()
    {
        var x = Data(5000);
        using var device = new HostDevice(1);
        var em = new ExpectationMaximization(device, x, MixtureSeeds.Choose(x, D, 4, seed: 1));
        em.Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        em.Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Mistakes_are_named()
    {
        using var device = new HostDevice(1);
        Assert.That(() => MixtureSeeds.Choose([1, 2, 3, 4], D, 3, 0), Throws.ArgumentException);
        Assert.That(() => MixtureSeeds.Choose([1, 2, 1, 4], D, 1, 0), Throws.ArgumentException);
        var start = new MixtureParameters(D, [1], [0, 0], [0, 0]);
        Assert.That(() => new ExpectationMaximization(device, [1, 2, 3], start), Throws.ArgumentException);
    }
}
