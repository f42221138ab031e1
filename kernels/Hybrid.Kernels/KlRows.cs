using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// kl[b] = Σ_d KL(N(μ_bd, e^ℓ_bd) ‖ N(0, 1)), in nats: the rate term of the ELBO.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="KlStandardNormal"/>
/// </description></item>
/// <item><term>source</term><description>
/// Kingma &amp; Welling 2014, arXiv:1312.6114, eq. 10
/// </description></item>
/// <item><term>shapes</term><description>mu, logVar: [B, D]; kl: [B]</description></item>
/// <item><term>traffic</term><description>
/// 8·B·D bytes read, 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly (V1: one by one)
/// </description></item>
/// </list>
/// </remarks>
public static partial class KlRows
{
    public readonly record struct Arguments(Rows Mu, Rows LogVar, Rows Kl, int B, int D);

    #region kl-rows-ladder
    public static readonly Ladder<Arguments> Ladder = new(
        nameof(KlRows), a => Cost(a.B, a.D), [
        new("a thread walks a row", KlRows_V1_ThreadPerRow, a => Grids.Threads(a.B)),
        new("a warp walks a row", KlRows_V2_WarpPerRow, a => Grids.WarpPerRow(a.B)),
        new("short rows share a warp", KlRows_V3_ShortRowsShareAWarp,
            a => Grids.ShortRows(a.B, a.D)),
    ], new(nameof(KlRows_V2_WarpPerRow), Grids.ForLongRows),
        new ForShapes<Arguments>(
            nameof(KlRows_V3_ShortRowsShareAWarp), Grids.ShortRows16,
            a => Grids.HasShortRows(a.D)));
    #endregion

    /// <summary>Per element the formula and one addition.</summary>
    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<KlStandardNormal>() + new Cost(8, 0, 1, 0))
        + new Cost(0, 4 * b, 0, 0);
}
