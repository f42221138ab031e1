using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// dℓ from the adjoints of what <see cref="GaussianScales"/> makes of ℓ.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="MixtureDensity"/>: dLogVar = −(½e^−ℓ·dHalfPrecision) − ½·dLogScale[n]
/// </description></item>
/// <item><term>shapes</term><description>
/// halfPrecision, dHalfPrecision, dLogVar: [N, D]; dLogScale: [N]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·N·D + 4·N bytes read, 4·N·D written
/// </description></item>
/// </list>
/// </remarks>
public static class GaussianScalesGrad
{
    public readonly record struct Arguments(
        Rows HalfPrecision, Rows DHalfPrecision, Rows DLogScale, Rows DLogVar,
        int N, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(GaussianScalesGrad), a => Cost(a.N, a.D), [
        new("a thread per element", GaussianScalesGrad_V1_ThreadPerElement,
            a => Grids.Elements(a.N, a.D)),
    ]);

    /// <summary>Per element a product and a fused step.</summary>
    public static Cost Cost(long n, long d) =>
        n * d * new Cost(8, 4, 3, 0) + new Cost(4 * n, 0, 0, 0);

    #region gaussian-scales-grad-v1
    public static void GaussianScalesGrad_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var n = Grid.GlobalIndex.Y; n < a.N; n += Grid.DimY * Group.DimY)
            a.DLogVar[n, d] = MixtureDensity.LogVarGrad(
                a.HalfPrecision[n, d], a.DHalfPrecision[n, d], a.DLogScale[n]);
    }
    #endregion
}
