using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Information;
using Hybrid.Theory;

namespace Hybrid.Models.Tests.Information;

/// <summary>Importance sampling against the one VAE whose log p(x) is known: x ~ N(b, WWᵀ + σ²I).</summary>
[TestFixture]
public class NllEstimateTests
{
    const int D = 5, K = 3, N = 2 * D;
    const double Sigma = 0.6;

    static readonly double[] Lambda = [4, 2, 1, 0.5, 0.25];

    static readonly double[,] Covariance = Diagonal(Lambda);

    /// <summary>N points ±√(Dλ_i)·e_i: their second moments are the covariance's exactly.</summary>
    static float[] Point(int n) =>
        [.. Enumerable.Range(0, D).Select(d =>
            d == n / 2 ? (float)((n % 2 == 0 ? 1 : -1) * Math.Sqrt(D * Lambda[d])) : 0)];

    /// <summary>The optimum at β = 1, its encoder bent by these factors: with 1 and 1 q is the true posterior.</summary>
    static LinearVaeParameters Model(double mean, double variance)
    {
        var optimum = LinearVae.AtOptimum(Covariance, K, 1, Sigma * Sigma);
        var encoder = (double[,])optimum.EncoderWeights.Clone();
        for (var k = 0; k < K; k++)
            for (var d = 0; d < D; d++)
                encoder[k, d] *= mean;
        return new(encoder, optimum.EncoderBias, [.. optimum.PosteriorVariance.Select(s => s * variance)],
            optimum.DecoderWeights, [0.1, 0, 0, 0, -0.2], Sigma * Sigma);
    }

    static double Exact(LinearVaeParameters model) =>
        Ppca.NegativeLogLikelihoodNats(Covariance, model.DecoderWeights, model.DecoderBias, Sigma * Sigma);

    static NllEstimate Estimate(LinearVaeParameters model, int samples, uint step = 0)
    {
        using var device = new HostDevice(threads: 1);
        var shape = new VaeShape(D, [], K, Activation.Identity, Likelihood.Gaussian(Sigma))
        {
            SharedPosteriorVariance = true,
        };
        var vae = new Vae(device, shape, seed: 3);
        void Set(string name, IEnumerable<double> values) =>
            device.Upload([.. values.Select(v => (float)v)], vae.Parameters.Value(name));
        // A layer computes x·A on rows: A = Wᵀ.
        Set("decoder/0/w",
            Enumerable.Range(0, K * D).Select(i => model.DecoderWeights[i % D, i / D]));
        Set("decoder/0/b", model.DecoderBias);

        var plan = vae.ImportancePlan(samples);
        var surprise = device.Arena.Allocate(samples, 1);
        float[] logVar = [.. model.PosteriorVariance.Select(s => (float)Math.Log(s))];
        return NllEstimate.Of([.. Enumerable.Range(0, N).Select(n =>
        {
            var x = Point(n);
            float[] mu = [.. Enumerable.Range(0, K).Select(k =>
                (float)Enumerable.Range(0, D).Sum(d => model.EncoderWeights[k, d] * x[d]))];
            plan.Set(x, mu, logVar);
            plan.Run(step * N + (uint)n, surprise);
            return ImportanceWeights.Of(device.ToArray(surprise));
        })]);
    }

    /// <summary>Every draw of the true posterior has the same weight, p(x): one is as good as a thousand.</summary>
    [TestCase(1)]
    [TestCase(64)]
    public void With_the_true_posterior_it_is_exact(int samples)
    {
        // The bias moves the posterior's mean, so it is left out here.
        var model = Model(1, 1);
        Array.Clear(model.DecoderBias);
        var estimate = Estimate(model, samples);
        // A few float sums of about ten nats.
        Assert.That(estimate.Nll, Is.EqualTo(Exact(model)).Within(1e-5));
        Assert.That(estimate.EffectiveSamples, Is.EqualTo(samples).Within(1e-4 * samples));
    }

    /// <summary>A posterior that is wrong in mean and variance costs draws, not truth.</summary>
    [Test]
    public void With_another_posterior_it_is_within_its_own_error()
    {
        var model = Model(0.8, 1.4);
        var estimate = Estimate(model, 20_000);
        // Five standard errors, and the bias that Jensen leaves, half the variance.
        var bias = 0.5 * N * estimate.SamplingError * estimate.SamplingError;
        Assert.That(estimate.Nll, Is.EqualTo(Exact(model)).Within(5 * estimate.SamplingError + bias));
        Assert.That(estimate.SamplingError, Is.InRange(1e-5, 0.01));
        Assert.That(estimate.EffectiveSamples, Is.InRange(2000, 19_000));
    }

    /// <summary>K = 1 is −ELBO; more draws bring the bound down to −log p(x), on average over many.</summary>
    [Test]
    public void The_bound_falls_with_K_from_the_ELBO_to_the_likelihood()
    {
        var model = Model(0.8, 1.4);
        const int repeats = 400;
        double Mean(int samples) =>
            Enumerable.Range(0, repeats).Average(step => Estimate(model, samples, (uint)step).Nll);
        var means = new[] { 1, 4, 16, 64 }.Select(Mean).ToArray();
        Assert.That(means, Is.Ordered.Descending);
        // Draws of one example differ by about a nat: 4,000 of them leave 0.02.
        Assert.That(means[0], Is.EqualTo(LinearVae.Account(model, Covariance).NegativeElboNats).Within(0.1));
        Assert.That(means[^1], Is.GreaterThan(Exact(model) - 0.02).And.LessThan(means[0] - 0.1));
    }

    [Test]
    public void Weights_are_summed_without_overflow()
    {
        var far = ImportanceWeights.Of([800, 801, 802]);
        var near = ImportanceWeights.Of([0, 1, 2]);
        Assert.That(near.LogMean, Is.EqualTo(Math.Log((1 + Math.Exp(-1) + Math.Exp(-2)) / 3)).Within(1e-14));
        Assert.That(far.LogMean, Is.EqualTo(near.LogMean - 800).Within(1e-12));
        Assert.That(far.EffectiveSize, Is.EqualTo(near.EffectiveSize));
        Assert.That(ImportanceWeights.Of([7, 7, 7, 7]), Is.EqualTo(new ImportanceWeights(-7, 4, 4)));
        Assert.That(NllEstimate.Of([ImportanceWeights.Of([3])]).SamplingError, Is.NaN, "one draw has no spread");
    }

    static double[,] Diagonal(double[] values)
    {
        var matrix = new double[values.Length, values.Length];
        for (var i = 0; i < values.Length; i++) matrix[i, i] = values[i];
        return matrix;
    }
}
