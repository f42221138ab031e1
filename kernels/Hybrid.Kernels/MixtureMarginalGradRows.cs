using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// dz[b, d] = −2·dy[b, d]·Σ_n r_bnd·(z_bd − μ_nd)·½e^−ℓ_nd: the points' adjoint of a
/// mixture's marginals.
/// </summary>
/// <remarks>
/// As <see cref="MixtureGradRows"/> of each column alone; shares r are made again.
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="Responsibility"/>, <see cref="MixtureDensity"/>
/// </description></item>
/// <item><term>source</term><description>
/// Bishop 2006, eq. 9.16 and 9.23, in one dimension
/// </description></item>
/// <item><term>shapes</term><description>
/// z, logMarginals, dy, dz: [B, D]; mu, logVar, halfPrecision: [N, D]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(3·B + 3·N)·D bytes read, 4·B·D written
/// </description></item>
/// <item><term>order</term><description>
/// chains over components, ascending from +0, then −2·dy
/// </description></item>
/// </list>
/// </remarks>
public static class MixtureMarginalGradRows
{
    public readonly record struct Arguments(
        Rows Z, Rows Mu, Rows LogVar, Rows HalfPrecision, float LogCount, float LogOwn,
        Rows LogMarginals, Rows DY, Rows DZ, int B, int N, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(MixtureMarginalGradRows), a => Cost(a.B, a.N, a.D), [
        new("a thread per element", MixtureMarginalGradRows_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    /// <summary>
    /// A pair and column: the scale, the square, its share, the pull; an element: −2·dy.
    /// </summary>
    public static Cost Cost(long b, long n, long d) =>
        b * n * d * (new Cost(0, 0, 11, 0) + Kernels.Cost.Of<Responsibility>())
        + n * d * new Cost(12, 0, 0, 0) + b * d * new Cost(12, 4, 2, 0);

    // V1: a thread per element.
    //
    // before   nothing: every element is a loop over the components.
    // idea     columns lie side by side, so a warp's loads of a component are one request;
    //          the pulls of one element are one chain, whatever the grid is.
    // grid     32 columns × 8 rows per block of 256 threads.
    // still    ten columns leave 22 of 32 lanes idle, and every thread makes a component's
    //          scale for itself: a batch of codes is small.
    #region mixture-marginal-grad-rows-v1
    public static void MixtureMarginalGradRows_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            F32 z = a.Z[row, d], logMarginal = a.LogMarginals[row, d];
            var sum = F32.Const(0);
            for (var n = 0; n < a.N; n++)
            {
                F32 mu = a.Mu[n, d], precision = a.HalfPrecision[n, d];
                var share = MixtureTiles.MarginalShare(
                    z, mu, precision, a.LogVar[n, d], n, row, a.LogCount, a.LogOwn,
                    logMarginal);
                sum = MixtureDensity.AddPull(sum, share, z, mu, precision);
            }
            a.DZ[row, d] = F32.Const(-2) * a.DY[row, d] * sum;
        }
    }
    #endregion
}
