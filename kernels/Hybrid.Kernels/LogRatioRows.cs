using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// ratio[b] = Σ_d log N(z_bd; μ_bd, e^ℓ_bd) − log N(z_bd; 0, 1), in nats: a draw's KL.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description><see cref="LogRatio"/></description></item>
/// <item><term>source</term><description>
/// Burda, Grosse, Salakhutdinov 2016, arXiv:1509.00519, eq. 8
/// </description></item>
/// <item><term>shapes</term><description>
/// z, mu, logVar: [B, D]; ratio: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 12·B·D bytes read, 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static class LogRatioRows
{
    public readonly record struct Arguments(
        Rows Z, Rows Mu, Rows LogVar, Rows Ratio, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(LogRatioRows), a => Cost(a.B, a.D), [
        new("short rows share a warp", LogRatioRows_V1_ShortRowsShareAWarp,
            a => Grids.ShortRows(a.B, a.D)),
    ]);

    /// <summary>Per element the formula and one addition.</summary>
    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<LogRatio>() + new Cost(12, 0, 1, 0))
        + new Cost(0, 4 * b, 0, 0);

    // V1: short rows share a warp.
    //
    // before   nothing: what KlRows learnt in three rungs is where this one starts.
    // idea     K draws of a batch are K·B short rows: as many as fit share a warp.
    // grid     ⌈B·lanes / 256⌉ blocks of 256 threads.
    // still    mu and logVar are the same for all draws of an example and read for each.
    #region log-ratio-rows-v1
    public static void LogRatioRows_V1_ShortRowsShareAWarp(Arguments a)
    {
        var log2 = Reduce.LanesLog2(a.D);
        var lanes = 1 << log2;
        var lane = Group.IdxX & (lanes - 1);
        var row = (Grid.IdxX << (8 - log2)) + (Group.IdxX >> log2);

        var sum = F32.Const(0);
        if (row < a.B)                                // all lanes stay for the shuffles
            for (var d = lane; d < a.D; d += Reduce.Partials)
                sum += LogRatio.Apply(a.Z[row, d], a.Mu[row, d], a.LogVar[row, d]);

        sum = Reduce.AcrossLanes(sum, lanes);
        if (row < a.B && lane == 0) a.Ratio[row] = sum;
    }
    #endregion
}

/// <summary>
/// dZ = dRatio[b]·∂/∂z: what a draw's own place is worth; 12·B·D + 4·B bytes read, 4·B·D
/// written.
/// </summary>
public static class LogRatioRowsGradDraw
{
    public readonly record struct Arguments(
        Rows Z, Rows Mu, Rows LogVar, Rows DRatio, Rows DZ, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(LogRatioRowsGradDraw), a => Cost(a.B, a.D), [
        new("a thread per element", LogRatioRowsGradDraw_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * new Cost(12, 4, 4, 1) + new Cost(4 * b, 0, 0, 0);

    public static void LogRatioRowsGradDraw_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            var (dZ, _, _) =
                LogRatioGrad.Apply(a.Z[row, d], a.Mu[row, d], a.LogVar[row, d]);
            a.DZ[row, d] = a.DRatio[row] * dZ;
        }
    }
}

/// <summary>
/// dMu and dLogVar = dRatio[b]·∂/∂μ and ∂/∂ℓ: what the posterior's shape is worth, the
/// draw held fast; 12·B·D + 4·B bytes read, 8·B·D written.
/// </summary>
public static class LogRatioRowsGrad
{
    public readonly record struct Arguments(
        Rows Z, Rows Mu, Rows LogVar, Rows DRatio, Rows DMu, Rows DLogVar, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(LogRatioRowsGrad), a => Cost(a.B, a.D), [
        new("a thread per element", LogRatioRowsGrad_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * new Cost(12, 8, 7, 1) + new Cost(4 * b, 0, 0, 0);

    public static void LogRatioRowsGrad_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            var (_, dMu, dLogVar) =
                LogRatioGrad.Apply(a.Z[row, d], a.Mu[row, d], a.LogVar[row, d]);
            a.DMu[row, d] = a.DRatio[row] * dMu;
            a.DLogVar[row, d] = a.DRatio[row] * dLogVar;
        }
    }
}
