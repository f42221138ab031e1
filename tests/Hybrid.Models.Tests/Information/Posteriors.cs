using Hybrid.Devices;
using Hybrid.Information;

namespace Hybrid.Models.Tests.Information;

/// <summary>N posteriors of K dimensions and a draw of each.</summary>
sealed record Posteriors(int N, int K, float[] Mu, float[] LogVar, float[] Z)
{
    /// <summary>Means N(0, 1 − var), variances var, so that q(z) is near N(0, I).</summary>
    public static Posteriors Random(int N, int K, double var, int seed)
    {
        var random = new Random(seed);
        var mu = Enumerable.Range(0, N * K).Select(_ => (float)(Math.Sqrt(1 - var) * Normal(random))).ToArray();
        var logVar = Enumerable.Range(0, N * K).Select(_ => (float)(Math.Log(var) + 0.2 * Normal(random))).ToArray();
        return Drawn(N, K, mu, logVar, random);
    }

    public static Posteriors Drawn(int N, int K, float[] mu, float[] logVar, Random random)
    {
        var z = mu.Zip(logVar, (m, l) => (float)(m + Math.Exp(0.5 * l) * Normal(random))).ToArray();
        return new(N, K, mu, logVar, z);
    }

    /// <summary>The rate in closed form.</summary>
    public double Rate => Mu.Zip(LogVar, (m, l) => Theory.Gaussian.KlStandardNormalNats(m, l)).Sum() / N;

    public RateAccount Account(Device device)
    {
        var posterior = new AggregatedPosterior(device, N, K);
        posterior.Set(Mu, LogVar);
        return RateAccount.Of(posterior, Mu, LogVar, Z, Rate);
    }

    /// <summary>Rows as Theory takes them, all K columns or one.</summary>
    public (double[][] Mu, double[][] LogVar, double[][] Z) Rows(int? column = null)
    {
        return (Of(Mu), Of(LogVar), Of(Z));

        double[][] Of(float[] values) =>
        [
            .. Enumerable.Range(0, N).Select(n => Enumerable.Range(0, K).Where(k => column is null || k == column)
                .Select(k => (double)values[n * K + k]).ToArray())
        ];
    }

    static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
