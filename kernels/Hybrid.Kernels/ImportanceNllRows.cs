using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// nll[b] = −log (1/K) Σ_k e^−s_bk, in nats, and share[b, k] = e^−s_bk / Σ_k e^−s_bk.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="InfoNceTerm"/>, <see cref="ImportanceNll"/>, <see cref="ImportanceShare"/>
/// </description></item>
/// <item><term>source</term><description>
/// Burda, Grosse, Salakhutdinov 2016, arXiv:1509.00519, eq. 8 and 14
/// </description></item>
/// <item><term>shapes</term><description>
/// surprise, share: [B, K]; nll: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·B·K bytes read, 4·B·K + 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// the least, which has none; then 32 partial sums and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static class ImportanceNllRows
{
    public readonly record struct Arguments(
        Rows Surprise, float LogCount, Rows Nll, Rows Share, int B, int K);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(ImportanceNllRows), a => Cost(a.B, a.K), [
        new("a warp walks a row", ImportanceNllRows_V1_WarpPerRow,
            a => Grids.WarpPerRow(a.B)),
    ]);

    /// <summary>
    /// Per element a comparison, the term, an addition and the share; per row the bound.
    /// </summary>
    public static Cost Cost(long b, long k) =>
        b * k * (Kernels.Cost.Of<InfoNceTerm>() + Kernels.Cost.Of<ImportanceShare>()
            + new Cost(4, 4, 2, 0))
        + b * (Kernels.Cost.Of<ImportanceNll>() + new Cost(0, 4, 0, 0));

    // V1: a warp per row.
    //
    // before   nothing: a thread per row would read rows apart, as KlRows's V1 does.
    // idea     three walks over the row, two of them out of L1: the least, the sum of the
    //          weights beside it, each weight's share.
    // grid     ⌈B / 8⌉ blocks of 8 warps, a row each; no shared memory.
    // still    the share's exponential is the term's: fifty draws would stay in registers.
    #region importance-nll-rows-v1
    public static void ImportanceNllRows_V1_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var greatest = -a.Surprise[row, 0];
        for (var k = Group.IdxX; k < a.K; k += Reduce.Partials)
            greatest = F32.Max(greatest, -a.Surprise[row, k]);
        var least = -Reduce.MaxAcrossWarp(greatest);

        var sum = F32.Const(0);
        for (var k = Group.IdxX; k < a.K; k += Reduce.Partials)
            sum += InfoNceTerm.Apply(least, a.Surprise[row, k]);
        sum = Reduce.AcrossWarp(sum);

        for (var k = Group.IdxX; k < a.K; k += Reduce.Partials)
            a.Share[row, k] = ImportanceShare.Apply(a.Surprise[row, k], least, sum);
        if (Group.IdxX == 0)
            a.Nll[row] = ImportanceNll.Apply(sum, least, new F32(a.LogCount));
    }
    #endregion
}

/// <summary>y[b, :] = s[b]·x[b, :]; 4·B·D + 4·B bytes read, 4·B·D written.</summary>
public static class ScaleRows
{
    public readonly record struct Arguments(Rows X, Rows S, Rows Y, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(ScaleRows), a => Cost(a.B, a.D), [
        new("a thread per element", ScaleRows_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * new Cost(4, 4, 1, 0) + new Cost(4 * b, 0, 0, 0);

    public static void ScaleRows_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
            a.Y[row, d] = a.S[row] * a.X[row, d];
    }
}
