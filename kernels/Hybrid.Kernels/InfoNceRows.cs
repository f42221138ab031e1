using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// nll[i] = log Σ_j e^s_ij − s_ii, in nats: how badly a critic picks the true partner.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="InfoNceTerm"/>, <see cref="InfoNce"/>
/// </description></item>
/// <item><term>source</term><description>
/// van den Oord, Li, Vinyals 2018, arXiv:1807.03748, eq. 4
/// </description></item>
/// <item><term>shapes</term><description>
/// scores: [B, M], M ≥ B; nll: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·B·M bytes read, 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// the maximum, which has none; then 32 partial sums and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static class InfoNceRows
{
    public readonly record struct Arguments(Rows Scores, Rows Nll, int B, int M);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(InfoNceRows), a => Cost(a.B, a.M), [
        new("a warp walks a row", InfoNceRows_V1_WarpPerRow, a => Grids.WarpPerRow(a.B)),
    ]);

    /// <summary>
    /// Per element a comparison, the term and an addition; per row the last formula.
    /// </summary>
    public static Cost Cost(long b, long m) =>
        b * m * (Kernels.Cost.Of<InfoNceTerm>() + new Cost(4, 0, 2, 0))
        + b * (Kernels.Cost.Of<InfoNce>() + new Cost(0, 4, 0, 0));

    // V1: a warp per row.
    //
    // before   nothing: a thread per row would read rows apart, as KlRows's V1 does.
    // idea     two walks over the row, the second out of L1: the maximum, then the sum.
    // grid     ⌈B / 8⌉ blocks of 8 warps, a row each; no shared memory.
    // still    one walk would do where a row's scores stay in registers.
    #region info-nce-rows-v1
    public static void InfoNceRows_V1_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var positive = a.Scores[row, row];
        var max = positive;
        for (var j = Group.IdxX; j < a.M; j += Reduce.Partials)
            max = F32.Max(max, a.Scores[row, j]);
        max = Reduce.MaxAcrossWarp(max);

        var sum = F32.Const(0);
        for (var j = Group.IdxX; j < a.M; j += Reduce.Partials)
            sum += InfoNceTerm.Apply(a.Scores[row, j], max);

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) a.Nll[row] = InfoNce.Apply(sum, max, positive);
    }
    #endregion
}

/// <summary>The adjoint of the scores: dNll[i]·(softmax − one-hot i).</summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="InfoNceWeight"/>, and <see cref="InfoNcePositiveWeight"/> on the diagonal
/// </description></item>
/// <item><term>shapes</term><description>
/// scores, dScores: [B, M]; nll, dNll: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·B·M + 8·B bytes read, 4·B·M written
/// </description></item>
/// </list>
/// </remarks>
public static class InfoNceRowsGrad
{
    public readonly record struct Arguments(
        Rows Scores, Rows Nll, Rows DNll, Rows DScores, int B, int M);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(InfoNceRowsGrad), a => Cost(a.B, a.M), [
        new("a thread per element", InfoNceRowsGrad_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.M)),
    ]);

    /// <summary>Per element the weight and a product.</summary>
    public static Cost Cost(long b, long m) =>
        b * m * (Kernels.Cost.Of<InfoNceWeight>() + new Cost(4, 4, 1, 0))
        + b * new Cost(8, 0, 0, 0);

    #region info-nce-rows-grad-v1
    public static void InfoNceRowsGrad_V1_ThreadPerElement(Arguments a)
    {
        var j = Grid.GlobalIndex.X;
        if (j >= a.M) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            var weight = row == j
                ? InfoNcePositiveWeight.Apply(a.Nll[row])
                : InfoNceWeight.Apply(a.Scores[row, j], a.Scores[row, row], a.Nll[row]);
            a.DScores[row, j] = a.DNll[row] * weight;
        }
    }
    #endregion
}
