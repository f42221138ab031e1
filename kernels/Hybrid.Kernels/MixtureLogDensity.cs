using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// y[b] = log (1/N) Σ_n Π_d N(z_bd; μ_nd, e^ℓ_nd), in nats: the aggregated posterior's density.
/// </summary>
/// <remarks>
/// No [B, N] or [B, N, D] is ever stored: components stream by, and a row keeps 32 running
/// maxima and sums.
/// <list type="table">
/// <item><term>formula</term><description><see cref="MixtureDensity"/></description></item>
/// <item><term>source</term><description>
/// Hoffman &amp; Johnson 2016, "ELBO surgery", eq. 8
/// </description></item>
/// <item><term>shapes</term><description>
/// z: [B, D]; mu, halfPrecision: [N, D]; logScale: [N]; y: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(B + 2·N)·D + 4·N bytes read, 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// over d a chain of fused multiply-adds; over n 32 partials and a butterfly (V1: one by
/// one)
/// </description></item>
/// </list>
/// </remarks>
public static partial class MixtureLogDensity
{
    public readonly record struct Arguments(
        Rows Z, Rows Mu, Rows HalfPrecision, Rows LogScale, float LogCount, float LogOwn,
        Rows Y,
        int B, int N, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(MixtureLogDensity), a => Cost(a.B, a.N, a.D), [
        new("a thread walks the components", MixtureLogDensity_V1_ThreadPerRow,
            a => Grids.Threads(a.B)),
        new("eight rows share tiles of 32 components", MixtureLogDensity_V2_SharedTiles,
            a => Grids.WarpPerRow(a.B)),
    ]);

    /// <summary>A pair: four operations per dimension, then the step of the sum.</summary>
    public static Cost Cost(long b, long n, long d) =>
        b * n * (d * new Cost(0, 0, 4, 0) + new Cost(0, 0, 8, 1))
        + new Cost(4 * (b * d + 2 * n * d + n), 4 * b, 0, 0);
}
