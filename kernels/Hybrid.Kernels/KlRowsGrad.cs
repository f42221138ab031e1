using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>The adjoints of μ and ℓ from the adjoint of each row's KL.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="KlStandardNormalGrad"/>: dMu = dKl[b]·μ, dLogVar = dKl[b]·½(e^ℓ − 1)
/// </description></item>
/// <item><term>shapes</term><description>
/// mu, logVar, dMu, dLogVar: [B, D]; dKl: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·D + 4·B bytes read, 8·B·D written
/// </description></item>
/// </list>
/// </remarks>
public static class KlRowsGrad
{
    public readonly record struct Arguments(
        Rows Mu, Rows LogVar, Rows DKl, Rows DMu, Rows DLogVar, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(KlRowsGrad), a => Cost(a.B, a.D), [
        new("a thread per element", KlRowsGrad_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * new Cost(8, 8, 3, 1) + new Cost(4 * b, 0, 0, 0);

    #region kl-rows-grad-v1
    public static void KlRowsGrad_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            var (dMu, dLogVar) =
                KlStandardNormalGrad.Apply(a.Mu[row, d], a.LogVar[row, d]);
            a.DMu[row, d] = a.DKl[row] * dMu;
            a.DLogVar[row, d] = a.DKl[row] * dLogVar;
        }
    }
    #endregion
}
