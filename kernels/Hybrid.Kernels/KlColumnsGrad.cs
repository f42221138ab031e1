using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>The adjoints of μ and ℓ from the adjoint of each dimension's KL.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="KlStandardNormalGrad"/>: dMu = dKl[d]·μ, dLogVar = dKl[d]·½(e^ℓ − 1)
/// </description></item>
/// <item><term>shapes</term><description>
/// mu, logVar, dMu, dLogVar: [B, D]; dKl: [D]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·D + 4·D bytes read, 8·B·D written
/// </description></item>
/// </list>
/// </remarks>
public static class KlColumnsGrad
{
    public readonly record struct Arguments(
        Rows Mu, Rows LogVar, Rows DKl, Rows DMu, Rows DLogVar, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(KlColumnsGrad), a => Cost(a.B, a.D), [
        new("a thread per element", KlColumnsGrad_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * new Cost(8, 8, 3, 1) + new Cost(4 * d, 0, 0, 0);

    public static void KlColumnsGrad_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        var adjoint = a.DKl[d];
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            var (dMu, dLogVar) =
                KlStandardNormalGrad.Apply(a.Mu[row, d], a.LogVar[row, d]);
            a.DMu[row, d] = adjoint * dMu;
            a.DLogVar[row, d] = adjoint * dLogVar;
        }
    }
}
