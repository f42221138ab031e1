using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>The adjoints of the mean and, row by row, of the one log-variance.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="GaussianNllGrad"/>: dMean = dNll[b]·∂/∂μ, dLogVarRows[b] = dNll[b]·Σ_d ∂/∂ℓ
/// </description></item>
/// <item><term>shapes</term><description>
/// x, mean, dMean: [B, D]; logVar: [1]; dNll, dLogVarRows: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·D + 4·B bytes read, 4·B·D + 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static class GaussianNllRowsGrad
{
    public readonly record struct Arguments(
        Rows X, Rows Mean, Rows LogVar, Rows DNll, Rows DMean, Rows DLogVarRows,
        int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(GaussianNllRowsGrad), a => Cost(a.B, a.D), [
        new("a warp walks a row", GaussianNllRowsGrad_V1_WarpPerRow,
            a => Grids.WarpPerRow(a.B)),
    ]);

    /// <summary>
    /// Per element the gradient, one product, one addition; per row one product.
    /// </summary>
    public static Cost Cost(long b, long d) =>
        b * d * new Cost(8, 4, 7, 1) + new Cost(4 * b + 4, 4 * b, b, 0);

    #region gaussian-nll-rows-grad-v1
    public static void GaussianNllRowsGrad_V1_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var logVar = a.LogVar[0];
        var dNll = a.DNll[row];
        var sum = F32.Const(0);
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials)
        {
            var (_, dMean, dLogVar) =
                GaussianNllGrad.Apply(a.X[row, d], a.Mean[row, d], logVar);
            a.DMean[row, d] = dNll * dMean;
            sum += dLogVar;
        }

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) a.DLogVarRows[row] = dNll * sum;
    }
    #endregion
}
