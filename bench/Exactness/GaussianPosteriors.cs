using Hybrid.Devices;
using Hybrid.Information;

namespace Hybrid.Bench.Exactness;

/// <summary>Posteriors given as means and log-variances [N, D], and their account.</summary>
static class GaussianPosteriors
{
    /// <summary>The account with one draw of each.</summary>
    public static RateAccount Account(Func<Device> open, float[] mu, float[] logVar, Random random, int D)
    {
        using var device = open();
        var N = mu.Length / D;
        var posterior = new AggregatedPosterior(device, N, D);
        posterior.Set(mu, logVar);
        double rate = 0;
        for (var i = 0; i < mu.Length; i++)
            rate += Theory.Gaussian.KlStandardNormalNats(mu[i], logVar[i]) / N;
        return RateAccount.Of(posterior, mu, logVar, Drawn(mu, logVar, random), rate);
    }

    /// <summary>A draw of each.</summary>
    public static float[] Drawn(float[] mu, float[] logVar, Random random)
    {
        var z = new float[mu.Length];
        for (var i = 0; i < z.Length; i++) z[i] = (float)(mu[i] + Math.Exp(0.5 * logVar[i]) * Normal(random));
        return z;
    }

    public static double Normal(Random random) => MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1);
}
