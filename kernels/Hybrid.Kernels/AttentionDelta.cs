using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// Δ[i] = Σ_d dy·y − dL: what a softmax takes from the adjoint of each of its weights.
/// </summary>
/// <remarks>
/// The mean of dP under P, read off the output; where the log-sum-exp has an adjoint too,
/// each weight adds it to its score's, so it is taken off here.
/// <list type="table">
/// <item><term>source</term><description>
/// Dao et al. 2022, arXiv:2205.14135, appendix B.2, eq. 4
/// </description></item>
/// <item><term>shapes</term><description>
/// y, dy: [B, D]; dLogSum, delta: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·D + 4·B bytes read, 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static class AttentionDelta
{
    public readonly record struct Arguments(
        Rows Y, Rows DY, Rows DLogSum, Rows Delta, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(AttentionDelta), a => Cost(a.B, a.D), [
        new("a warp walks a row", AttentionDelta_V1_WarpPerRow,
            a => Grids.WarpPerRow(a.B)),
    ]);

    /// <summary>Per element a product and an addition; per row a subtraction.</summary>
    public static Cost Cost(long b, long d) =>
        b * d * new Cost(8, 0, 2, 0) + b * new Cost(4, 4, 1, 0);

    // V1: a warp per row.
    //
    // before   nothing: a thread per row would read rows apart, as KlRows's V1 does.
    // idea     neighbouring lanes read neighbouring floats; sums meet in registers.
    // grid     ⌈B / 8⌉ blocks of 8 warps, a row each; no shared memory.
    // still    a row shorter than 32 leaves lanes idle.
    #region attention-delta-v1
    public static void AttentionDelta_V1_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var sum = F32.Const(0);
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials)
            sum += a.DY[row, d] * a.Y[row, d];

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) a.Delta[row] = sum - a.DLogSum[row];
    }
    #endregion
}
