using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// y[b] = Σ_d log N(x_bd; μ_bd, e^ℓ_bd), in nats: a posterior at its own draw.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description><see cref="GaussianNll"/></description></item>
/// <item><term>shapes</term><description>
/// x, mu, logVar: [B, D]; y: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 12·B·D bytes read, 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static class GaussianLogDensityRows
{
    public readonly record struct Arguments(
        Rows X, Rows Mu, Rows LogVar, Rows Y, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(GaussianLogDensityRows), a => Cost(a.B, a.D), [
        new("a warp walks a row", GaussianLogDensityRows_V1_WarpPerRow,
            a => Grids.WarpPerRow(a.B)),
    ]);

    /// <summary>Per element the formula and one addition.</summary>
    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<GaussianNll>() + new Cost(12, 0, 1, 0))
        + new Cost(0, 4 * b, 0, 0);

    // V1: a warp per row.
    //
    // before   nothing: a thread per row would read rows apart, as KlRows's V1 does.
    // idea     neighbouring lanes read neighbouring floats; sums meet in registers.
    // grid     ⌈B / 8⌉ blocks of 8 warps, a row each; no shared memory.
    // still    a row shorter than 32 leaves lanes idle.
    #region gaussian-log-density-rows-v1
    public static void GaussianLogDensityRows_V1_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var sum = F32.Const(0);
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials)
            sum += GaussianNll.Apply(a.X[row, d], a.Mu[row, d], a.LogVar[row, d]);

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) a.Y[row] = -sum;
    }
    #endregion
}

/// <summary>
/// The adjoints of x and ℓ from the adjoint of each row's log density; μ's is −dx.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="GaussianNllGrad"/>, times −dy[b]
/// </description></item>
/// <item><term>shapes</term><description>
/// x, mu, logVar, dx, dLogVar: [B, D]; dy: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 12·B·D + 4·B bytes read, 8·B·D written
/// </description></item>
/// </list>
/// </remarks>
public static class GaussianLogDensityRowsGrad
{
    public readonly record struct Arguments(
        Rows X, Rows Mu, Rows LogVar, Rows DY, Rows DX, Rows DLogVar, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(GaussianLogDensityRowsGrad), a => Cost(a.B, a.D), [
        new("a thread per element", GaussianLogDensityRowsGrad_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    /// <summary>Per element the gradient and two products.</summary>
    public static Cost Cost(long b, long d) =>
        b * d * new Cost(12, 8, 7, 1) + new Cost(4 * b, 0, 0, 0);

    #region gaussian-log-density-rows-grad-v1
    public static void GaussianLogDensityRowsGrad_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            var (dx, _, dLogVar) =
                GaussianNllGrad.Apply(a.X[row, d], a.Mu[row, d], a.LogVar[row, d]);
            a.DX[row, d] = -a.DY[row] * dx;
            a.DLogVar[row, d] = -a.DY[row] * dLogVar;
        }
    }
    #endregion
}
