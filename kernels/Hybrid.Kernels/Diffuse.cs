using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// z = α·x + σ·ε at each row's log-SNR, with ε given: the forward process.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="Formulas.Diffuse"/>
/// </description></item>
/// <item><term>source</term><description>
/// Kingma et al. 2021, arXiv:2107.00630, eq. 1 and 2
/// </description></item>
/// <item><term>shapes</term><description>
/// x, eps, z: [B, D]; logSnr: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·D + 4·B bytes read, 4·B·D written
/// </description></item>
/// </list>
/// </remarks>
public static class Diffuse
{
    public readonly record struct Arguments(
        Rows X, Rows LogSnr, Rows Eps, Rows Z, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Diffuse), a => Cost(a.B, a.D), [
        new("a thread per element", Diffuse_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<Formulas.Diffuse>() + new Cost(8, 4, 0, 0))
        + new Cost(4 * b, 0, 0, 0);

    #region diffuse-v1
    public static void Diffuse_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
            a.Z[row, d] =
                Formulas.Diffuse.Apply(a.X[row, d], a.LogSnr[row], a.Eps[row, d]);
    }
    #endregion
}
