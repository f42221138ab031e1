using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// What each component of a mixture is responsible for: count[k] = Σ_b r_bk, first[k, d]
/// = Σ_b r_bk (x_bd − μ_kd), second[k, d] = Σ_b r_bk (x_bd − μ_kd)²: the E-step of EM.
/// </summary>
/// <remarks>
/// r_bk = e^(logScale[k] − Σ_d (x − μ)²·½e^−ℓ − log K − logDensity[b]) is made where it
/// is needed, so no [B, K] is stored. Moments are about the component's own mean: a far
/// cluster's variance is not the difference of two large numbers.
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="Responsibility"/>, <see cref="MixtureDensity"/>
/// </description></item>
/// <item><term>source</term><description>
/// Dempster, Laird, Rubin 1977; Bishop 2006, eqs. 9.23 to 9.27
/// </description></item>
/// <item><term>shapes</term><description>
/// x: [B, D]; mu, halfPrecision, first, second: [K, D]; logScale, count: [K];
/// logDensity: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(B·D + 2·K·D + K + B) bytes read, 4·(2·K·D + K) written
/// </description></item>
/// <item><term>order</term><description>
/// over d a chain of fused multiply-adds; over b 32 partials and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static partial class MixtureMoments
{
    public readonly record struct Arguments(
        Rows X, Rows Mu, Rows HalfPrecision, Rows LogScale, Rows LogDensity, Rows Count,
        Rows First, Rows Second, float LogCount, int B, int K, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(MixtureMoments), a => Cost(a.B, a.K, a.D), [
        new("a warp per component and column", MixtureMoments_V1_WarpPerColumn,
            a => Grids.WarpPerRow(a.K * a.D)),
        new("a warp per component and four columns", MixtureMoments_V2_FourColumns,
            a => Grids.WarpPerRow(a.K * Grids.Ceiling(a.D, ColumnsPerWarp))),
    ]);

    /// <summary>
    /// A pair: the square and two moments per dimension, the responsibility, the count.
    /// </summary>
    public static Cost Cost(long b, long k, long d) =>
        b * k * (d * new Cost(0, 0, 9, 0) + new Cost(0, 0, 2, 0)
            + Kernels.Cost.Of<Responsibility>())
        + new Cost(4 * (b * d + 2 * k * d + k + b), 4 * (2 * k * d + k), 0, 0);

    /// <summary>r of row b and component k.</summary>
    static F32 Share(in Arguments a, int b, int k)
    {
        var square = F32.Const(0);
        for (var d = 0; d < a.D; d++)
            square = MixtureDensity.AddSquare(
                square, a.X[b, d], a.Mu[k, d], a.HalfPrecision[k, d]);
        return Responsibility.Apply(
            a.LogScale[k] - square, new F32(a.LogCount), a.LogDensity[b]);
    }
}
