using Hybrid.Devices;

namespace Hybrid.Information;

/// <summary>q(z) = (1/N) Σ_n q(z | x_n) of a whole data set: N diagonal Gaussians on a device.</summary>
/// <remarks>
/// Hoffman &amp; Johnson 2016, "ELBO surgery". Densities stream over the components: B·N·D terms, and nothing of that
/// size is stored. The memory is taken once and serves every data set of N examples.
/// </remarks>
public sealed class AggregatedPosterior
{
    /// <summary>Points whose densities are computed at a time.</summary>
    public const int LargestBatch = 1024;

    readonly Device device;
    readonly Tensor mu, logVar, halfPrecision, logScale, z, logDensity, logMarginals;

    /// <param name="device">Where densities are computed.</param>
    /// <param name="N">Components.</param>
    /// <param name="K">Latent dimensions.</param>
    public AggregatedPosterior(Device device, int N, int K)
    {
        (this.device, this.N, this.K) = (device, N, K);
        var arena = device.Arena;
        (mu, logVar, halfPrecision) = (arena.Allocate(N, K), arena.Allocate(N, K), arena.Allocate(N, K));
        logScale = arena.Allocate(N, 1);
        var batch = Math.Min(N, LargestBatch);
        (z, logDensity, logMarginals) = (arena.Allocate(batch, K), arena.Allocate(batch, 1), arena.Allocate(batch, K));
    }

    public int N { get; }

    public int K { get; }

    /// <summary>Takes the components, means and log-variances [N, K].</summary>
    public void Set(ReadOnlySpan<float> mu, ReadOnlySpan<float> logVar)
    {
        device.Upload(mu, this.mu);
        device.Upload(logVar, this.logVar);
        device.Ops.GaussianScales(this.logVar, halfPrecision, logScale);
    }

    /// <summary>log q(z) and log q(z_k) at points, nats.</summary>
    /// <param name="z">[B, K], any B.</param>
    /// <param name="logDensity">[B].</param>
    /// <param name="logMarginals">[B, K].</param>
    public void LogDensities(ReadOnlySpan<float> z, Span<float> logDensity, Span<float> logMarginals)
    {
        for (int from = 0, B = z.Length / K; from < B; from += this.z.Rows)
        {
            var count = Math.Min(this.z.Rows, B - from);
            var (points, density, marginals) =
                (this.z.RowRange(0, count), this.logDensity.RowRange(0, count), this.logMarginals.RowRange(0, count));
            device.Upload(z.Slice(from * K, count * K), points);
            device.Ops.MixtureLogDensity(points, mu, halfPrecision, logScale, density);
            device.Ops.MixtureLogMarginals(points, mu, logVar, halfPrecision, marginals);
            device.Download(density, logDensity.Slice(from, count));
            device.Download(marginals, logMarginals.Slice(from * K, count * K));
        }
    }
}
