using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>loss[b] = Σ_d (y_bd − t_bd)²: the noise-prediction loss.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description><see cref="SquaredError"/></description></item>
/// <item><term>source</term><description>
/// Ho, Jain, Abbeel 2020, arXiv:2006.11239, eq. 14
/// </description></item>
/// <item><term>shapes</term><description>
/// prediction, target: [B, D]; loss: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·D bytes read, 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static class SquaredErrorRows
{
    public readonly record struct Arguments(
        Rows Prediction, Rows Target, Rows Loss, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(SquaredErrorRows), a => Cost(a.B, a.D), [
        new("short rows share a warp", SquaredErrorRows_V1_ShortRowsShareAWarp,
            a => Grids.ShortRows(a.B, a.D)),
    ]);

    /// <summary>Per element the formula and one addition.</summary>
    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<SquaredError>() + new Cost(8, 0, 1, 0))
        + new Cost(0, 4 * b, 0, 0);

    // V1: short rows share a warp.
    //
    // before   nothing: what KlRows learnt in three rungs is where this one starts.
    // idea     points in the plane have rows of two columns: 16 of them fill a warp.
    // grid     ⌈B·lanes / 256⌉ blocks of 256 threads.
    // still    the gradient reads the same numbers again; it could be written here.
    #region squared-error-rows-v1
    public static void SquaredErrorRows_V1_ShortRowsShareAWarp(Arguments a)
    {
        var log2 = Reduce.LanesLog2(a.D);
        var lanes = 1 << log2;
        var lane = Group.IdxX & (lanes - 1);
        var row = (Grid.IdxX << (8 - log2)) + (Group.IdxX >> log2);

        var sum = F32.Const(0);
        if (row < a.B)                                // all lanes stay for the shuffles
            for (var d = lane; d < a.D; d += Reduce.Partials)
                sum += SquaredError.Apply(a.Prediction[row, d], a.Target[row, d]);

        sum = Reduce.AcrossLanes(sum, lanes);
        if (row < a.B && lane == 0) a.Loss[row] = sum;
    }
    #endregion
}

/// <summary>
/// dPrediction = dLoss[b]·2(y − t); 8·B·D + 4·B bytes read, 4·B·D written.
/// </summary>
public static class SquaredErrorRowsGrad
{
    public readonly record struct Arguments(
        Rows Prediction, Rows Target, Rows DLoss, Rows DPrediction, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(SquaredErrorRowsGrad), a => Cost(a.B, a.D), [
        new("a thread per element", SquaredErrorRowsGrad_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * new Cost(8, 4, 3, 0) + new Cost(4 * b, 0, 0, 0);

    #region squared-error-rows-grad-v1
    public static void SquaredErrorRowsGrad_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            var (slope, _) =
                SquaredErrorGrad.Apply(a.Prediction[row, d], a.Target[row, d]);
            a.DPrediction[row, d] = a.DLoss[row] * slope;
        }
    }
    #endregion
}
