using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Theory;

namespace Hybrid.Models.Tests;

/// <summary>What δ-VAE's prior commits to, beside the KL of Gaussians with any covariance.</summary>
[TestFixture]
public sealed class AutoregressivePriorTests
{
    /// <summary>KL(N(μ, diag v) ‖ AR(1)) from the covariance of the latter, α^|i − j|.</summary>
    internal static double Kl(AutoregressivePrior prior, ReadOnlySpan<float> mu, ReadOnlySpan<float> logVar)
    {
        var K = mu.Length;
        double[,] own = new double[K, K], covariance = new double[K, K];
        for (var i = 0; i < K; i++)
        {
            own[i, i] = Math.Exp(logVar[i]);
            for (var j = 0; j < K; j++) covariance[i, j] = Math.Pow(prior.Correlation, Math.Abs(i - j));
        }
        double[] mean = [.. mu.ToArray().Select(m => (double)m)];
        return MultivariateGaussian.KlNats(mean, own, new double[K], covariance);
    }

    /// <summary>No posterior is nearer than δ, and one is as near: v = 1/a, a the precision's diagonal.</summary>
    [TestCase(2, 0.3)]
    [TestCase(2, 4)]
    [TestCase(7, 2)]
    [TestCase(20, 8)]
    public void A_committed_rate_is_the_least_there_is(int latent, double rate)
    {
        using var device = new HostDevice(threads: 1);
        var prior = new Vae(device, new(5, [], latent, Activation.Tanh, Likelihood.Bernoulli)
        {
            Prior = new(PriorKind.Autoregressive, 0) { Rate = rate },
        }, seed: 1).Prior as AutoregressivePrior;
        var alpha = prior!.Correlation;
        Assert.That(prior.Rate, Is.EqualTo(rate));

        var nearest = new float[latent];
        for (var k = 0; k < latent; k++)
            nearest[k] = (float)Math.Log((1 - alpha * alpha) / (k == 0 || k == latent - 1 ? 1 : 1 + alpha * alpha));
        // Float32 log-variances: half a square of their rounding.
        Assert.That(Kl(prior, new float[latent], nearest), Is.EqualTo(rate).Within(1e-9));
        var random = new Random(3);
        for (var trial = 0; trial < 100; trial++)
        {
            float[] mu = new float[latent], logVar = new float[latent];
            for (var k = 0; k < latent; k++)
            {
                mu[k] = (float)(2 * random.NextDouble() - 1);
                logVar[k] = (float)(nearest[k] + 2 * random.NextDouble() - 1);
            }
            Assert.That(Kl(prior, mu, logVar), Is.GreaterThan(rate));
        }
    }
}
