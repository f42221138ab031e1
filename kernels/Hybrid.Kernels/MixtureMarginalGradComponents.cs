using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// The components' adjoints of a mixture's marginals, with w_bnd = dy[b, d]·r_bnd:
/// dμ = 2·½e^−ℓ·Σ_b w·(z − μ), that of ½e^−ℓ is −Σ_b w·(z − μ)², that of ℓ in the scale
/// −½·Σ_b w.
/// </summary>
/// <remarks>
/// As <see cref="MixtureGradComponents"/> of each column alone.
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="Responsibility"/>, <see cref="MixtureDensity"/>
/// </description></item>
/// <item><term>source</term><description>
/// Bishop 2006, eq. 9.16, 9.19 and 9.23, in one dimension
/// </description></item>
/// <item><term>shapes</term><description>
/// z, logMarginals, dy: [B, D]; mu, logVar, halfPrecision and their adjoints: [N, D]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(3·B + 3·N)·D bytes read, 12·N·D written
/// </description></item>
/// <item><term>order</term><description>
/// chains over points, ascending from +0
/// </description></item>
/// </list>
/// </remarks>
public static class MixtureMarginalGradComponents
{
    public readonly record struct Arguments(
        Rows Z, Rows Mu, Rows LogVar, Rows HalfPrecision, float LogCount, float LogOwn,
        Rows LogMarginals, Rows DY, Rows DMu, Rows DHalfPrecision, Rows DLogVar,
        int B, int N, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(MixtureMarginalGradComponents), a => Cost(a.B, a.N, a.D), [
        new("a thread per element", MixtureMarginalGradComponents_V1_ThreadPerElement,
            a => Grids.Elements(a.N, a.D)),
    ]);

    /// <summary>
    /// A pair and column: the scale, the square, its weight, three sums; an element: three
    /// products.
    /// </summary>
    public static Cost Cost(long b, long n, long d) =>
        b * n * d * (new Cost(0, 0, 14, 0) + Kernels.Cost.Of<Responsibility>())
        + b * d * new Cost(12, 0, 0, 0) + n * d * new Cost(12, 12, 3, 0);

    // V1: a thread per element.
    //
    // before   nothing: every element is a loop over the points.
    // idea     as for the points, with points and components in each other's place.
    // grid     32 columns × 8 components per block of 256 threads.
    // still    ten columns leave 22 of 32 lanes idle; shares are made once more than dz
    //          alone needs.
    #region mixture-marginal-grad-components-v1
    public static void MixtureMarginalGradComponents_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var n = Grid.GlobalIndex.Y; n < a.N; n += Grid.DimY * Group.DimY)
        {
            F32 mu = a.Mu[n, d], precision = a.HalfPrecision[n, d];
            F32 logVar = a.LogVar[n, d], first = F32.Const(0), second = first, mass = first;
            for (var row = 0; row < a.B; row++)
            {
                var z = a.Z[row, d];
                var weight = a.DY[row, d] * MixtureTiles.MarginalShare(
                    z, mu, precision, logVar, n, row, a.LogCount, a.LogOwn,
                    a.LogMarginals[row, d]);
                mass += weight;
                MixtureDensity.AddMoments(ref first, ref second, weight, z, mu);
            }
            a.DMu[n, d] = F32.Const(2) * precision * first;
            a.DHalfPrecision[n, d] = -second;
            a.DLogVar[n, d] = F32.Const(-0.5) * mass;
        }
    }
    #endregion
}
