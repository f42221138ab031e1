using Hybrid.Devices.Host;

namespace Hybrid.Models.Tests.Information;

/// <summary>The account of a rate against what is known of it.</summary>
[TestFixture]
public class RateAccountTests
{
    /// <summary>
    /// Rounding of a log-density in float: a chain of K steps and a log-sum-exp, under 64 roundings of terms below 50
    /// nats.
    /// </summary>
    const double Rounding = 64 * 50 / 16777216.0;

    /// <summary>Posteriors that never meet name their example: I_q = ln N, and no draw knows more.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(50)]
    [TestCase(1025)]
    public void Separated_posteriors_know_the_example(int N)
    {
        using var device = new HostDevice(threads: 2);
        float[] mu = [.. Enumerable.Range(0, N).SelectMany(n => new[] { 100f * (n % 32), 100f * (n / 32), 0 })];
        var account = Posteriors.Drawn(N, 3, mu, new float[N * 3], new(N)).Account(device);
        Assert.That(account.MutualInformation, Is.EqualTo(Math.Log(N)).Within(Rounding));
        Assert.That(account.MutualInformation, Is.LessThanOrEqualTo(account.Ceiling + Rounding));
        Assert.That(account.StandardError, Is.LessThan(1e-3), "every draw knows the same");
    }

    [Test]
    public void A_collapsed_posterior_knows_nothing_and_pays_nothing()
    {
        using var device = new HostDevice(threads: 1);
        const int N = 200, K = 5;
        var account = Posteriors.Drawn(N, K, new float[N * K], new float[N * K], new(1)).Account(device);
        Assert.Multiple(() =>
        {
            Assert.That(account.MutualInformation, Is.Zero.Within(Rounding));
            Assert.That(account.TotalCorrelation, Is.Zero.Within(Rounding));
            Assert.That(account.DimensionKl, Is.Zero.Within(Rounding));
            Assert.That(account.Rate, Is.Zero);
            Assert.That(Hybrid.Information.Collapse.Of(account).Used, Is.Zero);
        });
    }

    /// <summary>Three posteriors, a thousand examples each, against integrals of their mixture.</summary>
    [Test]
    public void One_dimension_against_quadrature()
    {
        using var device = new HostDevice(threads: 2);
        double[] means = [-2, 0.5, 2], logVars = [Math.Log(0.3), Math.Log(0.1), Math.Log(0.6)];
        const int Repeats = 1000, N = 3 * Repeats;
        float[] Repeat(double[] values) => [.. Enumerable.Range(0, N).Select(n => (float)values[n % 3])];
        var account = Posteriors.Drawn(N, 1, Repeat(means), Repeat(logVars), new(3)).Account(device);

        double Density(double x) => Enumerable.Range(0, 3)
            .Average(i => Math.Exp(Theory.Gaussian.LogDensityNats(means[i], logVars[i], x)));
        var entropy = Theory.Quadrature.OverReals(0, 0.3, x => -Density(x) * LogOr0(Density(x)));
        var prior = Theory.Quadrature.OverReals(
            0, 0.3, x => Density(x) * Theory.Gaussian.LogDensityNats(0, 0, x));
        var conditional = logVars.Average(l => Theory.Gaussian.EntropyNats(l));
        var within = 4 * account.StandardError;
        Assert.Multiple(() =>
        {
            Assert.That(account.StandardError, Is.InRange(0.001, 0.02));
            Assert.That(account.ConditionalEntropy, Is.EqualTo(conditional).Within(1e-6));
            Assert.That(account.LogPrior, Is.EqualTo(prior).Within(1e-6));
            Assert.That(account.MutualInformation, Is.EqualTo(entropy - conditional).Within(within));
            Assert.That(account.Entropy, Is.EqualTo(entropy).Within(within));
            Assert.That(account.DimensionKl, Is.EqualTo(-entropy - prior).Within(within));
            Assert.That(account.TotalCorrelation, Is.Zero.Within(Rounding), "one dimension has no other");
        });
    }

    /// <summary>Two posteriors on a diagonal: the dimensions know of each other what the example is.</summary>
    [Test]
    public void Total_correlation_against_quadrature()
    {
        using var device = new HostDevice(threads: 2);
        const int N = 4000;
        float[] mu = [.. Enumerable.Range(0, N).SelectMany(n => n % 2 == 0 ? new[] { -1f, -1f } : [1f, 1f])];
        var logVar = new float[2 * N];
        Array.Fill(logVar, (float)Math.Log(0.5));
        var account = Posteriors.Drawn(N, 2, mu, logVar, new(4)).Account(device);

        double Bump(double x, double m) => Math.Exp(Theory.Gaussian.LogDensityNats(m, (float)Math.Log(0.5), x));
        double One(double x) => (Bump(x, -1) + Bump(x, 1)) / 2;
        double Two(double x, double y) => (Bump(x, -1) * Bump(y, -1) + Bump(x, 1) * Bump(y, 1)) / 2;
        var entropyOfOne = Theory.Quadrature.OverInterval(-8, 8, x => -One(x) * LogOr0(One(x)));
        var entropyOfTwo = Theory.Quadrature.OverInterval(-8, 8,
            y => Theory.Quadrature.OverInterval(-8, 8, x => -Two(x, y) * LogOr0(Two(x, y))));
        var exact = 2 * entropyOfOne - entropyOfTwo;
        Assert.That(exact, Is.InRange(0.1, Math.Log(2)));
        // A draw's part of TC varies by less than its part of I_q and of the two dimensions' together: 1 nat.
        Assert.That(account.TotalCorrelation, Is.EqualTo(exact).Within(4 / Math.Sqrt(N)));
    }

    [TestCase(60, 3, 0.1)]
    [TestCase(333, 10, 0.5)]
    public void Every_term_against_doubles_on_the_same_draws(int N, int K, double var)
    {
        using var device = new HostDevice(threads: 2);
        var posteriors = Posteriors.Random(N, K, var, seed: 7);
        var account = posteriors.Account(device);
        var (mu, logVar, z) = posteriors.Rows();
        double known = 0, correlation = 0;
        for (var n = 0; n < N; n++)
        {
            var density = Theory.Mixture.LogDensityNats(mu, logVar, z[n]);
            var own = Theory.Mixture.LogDensityNats([mu[n]], [logVar[n]], z[n]);
            (known, correlation) = (known + (own - density) / N, correlation + density / N);
        }
        for (var k = 0; k < K; k++)
        {
            var (muK, logVarK, zK) = posteriors.Rows(k);
            for (var n = 0; n < N; n++)
                correlation -= Theory.Mixture.LogDensityNats(muK, logVarK, zK[n]) / N;
        }
        Assert.Multiple(() =>
        {
            Assert.That(account.MutualInformation, Is.EqualTo(known).Within(Rounding));
            Assert.That(account.TotalCorrelation, Is.EqualTo(correlation).Within((K + 1) * Rounding));
            Assert.That(account.KlPerDimension.Sum(), Is.EqualTo(posteriors.Rate).Within(1e-12 * posteriors.Rate));
            Assert.That(account.Residual, Is.Zero.Within(1e-9), "doubles on both sides");
            Assert.That(account.LogPrior + account.ConditionalEntropy, Is.EqualTo(-account.Rate).Within(1e-9));
        });
    }

    [Test]
    public void A_density_streams_over_points_in_batches_of_any_size()
    {
        using var device = new HostDevice(threads: 2);
        const int N = 40, K = 2, Points = 2500;
        var posterior = new Hybrid.Information.AggregatedPosterior(device, N, K);
        var components = Posteriors.Random(N, K, 0.3, seed: 1);
        posterior.Set(components.Mu, components.LogVar);
        var z = Posteriors.Random(Points, K, 0.3, seed: 2).Z;
        var (whole, wholeMarginals) = (new float[Points], new float[Points * K]);
        posterior.LogDensities(z, whole, wholeMarginals);
        var (one, oneMarginals) = (new float[1], new float[K]);
        foreach (var i in new[] { 0, 39, 40, 41, 2499 })
        {
            posterior.LogDensities(z.AsSpan(i * K, K), one, oneMarginals);
            Assert.That(one[0], Is.EqualTo(whole[i]));
            Assert.That(oneMarginals, Is.EqualTo(wholeMarginals[(i * K)..((i + 1) * K)]));
        }
    }

    static double LogOr0(double density) => density > 0 ? Math.Log(density) : 0;
}
