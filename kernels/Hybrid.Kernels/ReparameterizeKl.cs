using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// z = μ + e^(ℓ/2)·ε with ε made in place, and kl[b] as <see cref="KlRows"/>, in one
/// pass.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="Reparameterize"/>, <see cref="KlStandardNormal"/>, noise by <see
/// cref="Draws"/>
/// </description></item>
/// <item><term>source</term><description>
/// Kingma &amp; Welling 2014, arXiv:1312.6114, eq. 4 and 10
/// </description></item>
/// <item><term>shapes</term><description>
/// mu, logVar, z: [B, D]; kl: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·D bytes read, 4·B·D + 4·B written; noise in memory would add 8·B·D, a pass of its
/// own for the KL another 8·B·D
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly (V1: one by one)
/// </description></item>
/// </list>
/// </remarks>
public static partial class ReparameterizeKl
{
    public readonly record struct Arguments(
        Rows Mu, Rows LogVar, Noise Noise, Rows Z, Rows Kl, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(ReparameterizeKl), a => Cost(a.B, a.D), [
        new("a thread walks a row, a Philox call per element",
            ReparameterizeKl_V1_ThreadPerRow, a => Grids.Threads(a.B)),
        new("a warp walks a row, a Philox call per four elements",
            ReparameterizeKl_V2_WarpPerRow, a => Grids.WarpPerRow(a.B)),
        new("short rows share a warp",
            ReparameterizeKl_V3_ShortRowsShareAWarp, a => Grids.ShortRows(a.B, a.D)),
    ], new(nameof(ReparameterizeKl_V2_WarpPerRow), Grids.ForLongRows),
        new ForShapes<Arguments>(
            nameof(ReparameterizeKl_V3_ShortRowsShareAWarp), Grids.ShortRows16,
            a => Grids.HasShortRows(a.D)));

    /// <summary>Per element a normal number, both formulas and one addition.</summary>
    public static Cost Cost(long b, long d) =>
        Draws.NormalsCost(b, d) + new Cost(0, 4 * b, 0, 0)
        + b * d * (Kernels.Cost.Of<Reparameterize>() + Kernels.Cost.Of<KlStandardNormal>()
            + new Cost(8, 4, 1, 0));

    /// <summary>Writes z at (row, d) and returns its term of the KL.</summary>
    static F32 Element(in Arguments a, int row, int d, F32 eps)
    {
        var mu = a.Mu[row, d];
        var logVar = a.LogVar[row, d];
        a.Z[row, d] = Reparameterize.Apply(mu, logVar, eps);
        return KlStandardNormal.Apply(mu, logVar);
    }
}
