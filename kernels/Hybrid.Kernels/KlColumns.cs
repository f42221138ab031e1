using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// kl[d] = Σ_b KL(N(μ_bd, e^ℓ_bd) ‖ N(0, 1)), in nats: what each latent dimension costs.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="KlStandardNormal"/>
/// </description></item>
/// <item><term>source</term><description>
/// Kingma et al. 2016, arXiv:1606.04934, appendix C.8: free bits
/// </description></item>
/// <item><term>shapes</term><description>mu, logVar: [B, D]; kl: [D]</description></item>
/// <item><term>traffic</term><description>
/// 8·B·D bytes read, 4·D written
/// </description></item>
/// <item><term>order</term><description>
/// one by one from +0, in every rung
/// </description></item>
/// </list>
/// </remarks>
public static partial class KlColumns
{
    public readonly record struct Arguments(Rows Mu, Rows LogVar, Rows Kl, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(KlColumns), a => Cost(a.B, a.D), [
        new("a thread walks a column", KlColumns_V1_ThreadPerColumn,
            a => Grids.Threads(a.D)),
        new("four rows are on their way at once", KlColumns_V2_FourRowsAhead,
            a => new(Grids.Ceiling(a.D, Reduce.Partials), Reduce.Partials),
            block: Reduce.Partials),
    ]);

    /// <summary>Per element the formula and one addition.</summary>
    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<KlStandardNormal>() + new Cost(8, 0, 1, 0))
        + new Cost(0, 4 * d, 0, 0);
}
