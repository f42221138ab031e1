using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>What a diagonal Gaussian's density needs of its log-variances, made once.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="MixtureDensity"/>: halfPrecision = ½e^−ℓ, logScale[n] = −½ Σ_d (ℓ + log 2π)
/// </description></item>
/// <item><term>shapes</term><description>
/// logVar, halfPrecision: [N, D]; logScale: [N]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·N·D bytes read, 4·N·D + 4·N written
/// </description></item>
/// <item><term>order</term><description>32 partial sums and a butterfly</description></item>
/// </list>
/// </remarks>
public static class GaussianScales
{
    public readonly record struct Arguments(
        Rows LogVar, Rows HalfPrecision, Rows LogScale, int N, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(GaussianScales), a => Cost(a.N, a.D), [
        new("a warp walks a component", GaussianScales_V1_WarpPerComponent,
            a => Grids.WarpPerRow(a.N)),
    ]);

    public static Cost Cost(long n, long d) =>
        n * d * new Cost(4, 4, 4, 1) + new Cost(0, 4 * n, 0, 0);

    #region gaussian-scales-v1
    public static void GaussianScales_V1_WarpPerComponent(Arguments a)
    {
        var n = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (n >= a.N) return;                         // a warp leaves as one

        var sum = F32.Const(0);
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials)
        {
            var logVar = a.LogVar[n, d];
            a.HalfPrecision[n, d] = MixtureDensity.HalfPrecision(logVar);
            sum += MixtureDensity.ScaleTerm(logVar);
        }

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) a.LogScale[n] = sum;
    }
    #endregion
}
