using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>
/// AR(1) over the dimensions: z_1 ~ N(0, 1), z_k = α z_(k−1) + √(1 − α²) ε_k. Each is N(0, 1) and goes with the last.
/// </summary>
/// <remarks>
/// <para>δ-VAE (Razavi et al. 2019, arXiv:1901.03416): a posterior with independent dimensions is at least
/// δ = ½((K − 2) ln(1 + α²) − ln(1 − α²)) nats away, whatever its means and variances are. That rate is committed; no
/// training can lose it.</para>
/// <para>With u = Lz the prior is N(u; 0, I), L of two diagonals. KL(N(μ, diag v) ‖ p) =
/// KL(N(Lμ, diag av) ‖ N(0, I)) + δ with a the diagonal of LᵀL: both parts are 0 or more, and the second is a
/// constant.</para>
/// </remarks>
public sealed class AutoregressivePrior : Prior
{
    const string Whitening = "prior/Lᵀ", LogDiagonal = "prior/log a", Committed = "prior/δ", LogDet = "prior/log det L";

    /// <summary>1/(1 − α²) up to which float32 holds the account to a few of its last digits.</summary>
    const double LargestPrecision = 1e4;

    readonly int K;
    readonly double deviation;

    /// <param name="latent">K, at least 2 where there is a rate.</param>
    /// <param name="rate">δ, nats, from 0 to <see cref="MostRate"/>.</param>
    /// <exception cref="ArgumentException">No such prior can be.</exception>
    internal AutoregressivePrior(int latent, double rate)
    {
        if (!(rate >= 0 && rate <= MostRate(latent)))
            throw new ArgumentException($"{latent} dimensions commit to 0 to {MostRate(latent)} nats, not {rate}.");
        (K, Rate) = (latent, rate);
        Correlation = CorrelationAt(latent, rate);
        deviation = Math.Sqrt(1 - Correlation * Correlation);
    }

    /// <summary>δ, nats.</summary>
    public double Rate { get; }

    /// <summary>α.</summary>
    public double Correlation { get; }

    /// <summary>The most that so many dimensions can commit to, nats.</summary>
    public static double MostRate(int latent) =>
        latent < 2 ? 0 : RateAt(latent, Math.Sqrt(1 - 1 / LargestPrecision));

    static double RateAt(int K, double alpha) =>
        0.5 * ((K - 2) * Math.Log(1 + alpha * alpha) - Math.Log(1 - alpha * alpha));

    /// <summary>δ grows with α: halved until doubles end.</summary>
    static double CorrelationAt(int K, double rate)
    {
        var (low, high) = (0.0, Math.Sqrt(1 - 1 / LargestPrecision));
        if (rate == 0) return low;
        for (var i = 0; i < 60; i++)
        {
            var middle = 0.5 * (low + high);
            if (RateAt(K, middle) < rate) low = middle;
            else high = middle;
        }
        return high;
    }

    #region autoregressive-kl
    public override Value Kl(Graph graph, Value mu, Value logVar, Value z, Value standard)
    {
        var rows = graph.ShapeOf(mu).Rows;
        var scaled = graph.Plus(logVar, graph.BroadcastRows(graph.Input(LogDiagonal, K, 1), rows));
        return graph.Plus(graph.Scalar(Committed, rows), graph.KlRows(Whitened(graph, mu), scaled));
    }

    public override Value LogDensity(Graph graph, Value z) =>
        graph.Plus(graph.Scalar(LogDet, graph.ShapeOf(z).Rows), StandardLogDensity(graph, Whitened(graph, z)));

    Value Whitened(Graph graph, Value z) => graph.MatrixProduct(z, graph.Input(Whitening, K, K));
    #endregion

    /// <summary>A graph has the divergence or the density.</summary>
    public override void SetConstants(Device device, Plan plan)
    {
        device.Upload(Matrix((i, j) => i == j ? (j == 0 ? 1 : 1 / deviation)
            : i == j - 1 ? -Correlation / deviation : 0), plan.Input(Whitening));
        if (plan.Reads(LogDet)) plan.Set(LogDet, (float)((1 - K) * Math.Log(deviation)));
        if (!plan.Reads(LogDiagonal)) return;
        plan.Set(Committed, (float)Rate);
        // Of LᵀL: a number in the middle is in its own innovation and in the next.
        device.Upload([.. Enumerable.Range(0, K).Select(k => (float)(Math.Log(
            k == 0 || k == K - 1 ? 1 : 1 + Correlation * Correlation) - 2 * Math.Log(deviation)))],
            plan.Input(LogDiagonal));
    }

    public override void Sample(Device device, Parameters parameters, Tensor z, ulong seed)
    {
        Tensor noise = device.Arena.Allocate(z.Rows, K), past = device.Arena.Allocate(K, K);
        device.Ops.Normals(noise, new(seed, 0, Streams.Prior));
        device.Upload(
            Matrix((i, j) => i > j ? 0 : Math.Pow(Correlation, j - i) * (i == 0 ? 1 : deviation)), past);
        device.Ops.MatrixProduct(noise, past, z);
    }

    float[] Matrix(Func<int, int, double> at) =>
        [.. Enumerable.Range(0, K * K).Select(i => (float)at(i / K, i % K))];
}
