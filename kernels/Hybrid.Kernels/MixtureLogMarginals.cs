using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

/// <summary>
/// y[b, d] = log (1/N) Σ_n N(z_bd; μ_nd, e^ℓ_nd), in nats: the aggregated posterior's marginals.
/// </summary>
/// <remarks>
/// Every column is a mixture in one dimension, as <see cref="MixtureLogDensity"/> would have
/// it; an exponential for each pair and column, and nothing of that size is stored.
/// <list type="table">
/// <item><term>formula</term><description><see cref="MixtureDensity"/></description></item>
/// <item><term>source</term><description>
/// Chen et al. 2018, arXiv:1802.04942, eq. 2: total correlation and dimension-wise KL
/// </description></item>
/// <item><term>shapes</term><description>
/// z, y: [B, D]; mu, logVar, halfPrecision: [N, D]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(B + 3·N)·D bytes read, 4·B·D written
/// </description></item>
/// <item><term>order</term><description>
/// over n 32 partials and a butterfly (V1: one by one)
/// </description></item>
/// </list>
/// </remarks>
public static partial class MixtureLogMarginals
{
    public readonly record struct Arguments(
        Rows Z, Rows Mu, Rows LogVar, Rows HalfPrecision, float LogCount, float LogOwn,
        Rows Y, int B, int N, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(MixtureLogMarginals), a => Cost(a.B, a.N, a.D), [
        new("a thread per element", MixtureLogMarginals_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
        new("a warp has a column and four rows", MixtureLogMarginals_V2_ColumnPerWarp,
            a => new(
                new Index3D(
                    Grids.Ceiling(a.B, RowsPerWarp), Grids.Ceiling(a.D, Grids.Warps), 1),
                new Index3D(Reduce.Partials, Grids.Warps, 1))),
    ]);

    /// <summary>
    /// A pair and column: the square, the step of the sum; a component's column: its scale.
    /// </summary>
    public static Cost Cost(long b, long n, long d) =>
        b * n * d * new Cost(0, 0, 12, 1) + n * d * new Cost(12, 0, 2, 0)
        + b * d * new Cost(4, 4, 0, 0);
}
