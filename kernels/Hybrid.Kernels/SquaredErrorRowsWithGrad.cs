using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// The rows' squared error and the adjoint of the prediction in one pass.
/// </summary>
/// <remarks>
/// It needs the adjoint of the rows beforehand: where they are summed with a constant
/// weight, it is one.
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="SquaredError"/>, <see cref="SquaredErrorGrad"/>
/// </description></item>
/// <item><term>shapes</term><description>
/// prediction, target, dPrediction: [B, D]; dLoss, loss: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·D + 4·B bytes read, 4·B·D + 4·B written
/// </description></item>
/// <item><term>order</term><description>32 partial sums and a butterfly</description></item>
/// </list>
/// </remarks>
public static class SquaredErrorRowsWithGrad
{
    public readonly record struct Arguments(
        Rows Prediction, Rows Target, Rows DLoss, Rows Loss, Rows DPrediction, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(SquaredErrorRowsWithGrad), a => Cost(a.B, a.D), [
        new("short rows share a warp", SquaredErrorRowsWithGrad_V1_ShortRowsShareAWarp,
            a => Grids.ShortRows(a.B, a.D)),
    ]);

    /// <summary>Per element both formulas, one product and one addition.</summary>
    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<SquaredError>() + new Cost(8, 4, 4, 0))
        + new Cost(4 * b, 4 * b, 0, 0);

    // V1: short rows share a warp.
    //
    // before   SquaredErrorRows and SquaredErrorRowsGrad each read prediction and target:
    //          20·B·D bytes of two launches.
    // idea     the loss is a sum with a constant weight, so its adjoint is known before it
    //          is: who reads the two numbers can write the gradient. 12·B·D bytes, 1.7
    //          times fewer.
    // grid     as SquaredErrorRows: ⌈B·lanes / 256⌉ blocks of 256 threads.
    // still    the target of a noise prediction is a function of its counter; it need not
    //          be memory at all.
    #region squared-error-rows-with-grad-v1
    public static void SquaredErrorRowsWithGrad_V1_ShortRowsShareAWarp(Arguments a)
    {
        var log2 = Reduce.LanesLog2(a.D);
        var lanes = 1 << log2;
        var lane = Group.IdxX & (lanes - 1);
        var row = (Grid.IdxX << (8 - log2)) + (Group.IdxX >> log2);

        var sum = F32.Const(0);
        if (row < a.B)                                // all lanes stay for the shuffles
        {
            var dLoss = a.DLoss[row];
            for (var d = lane; d < a.D; d += Reduce.Partials)
            {
                F32 prediction = a.Prediction[row, d], target = a.Target[row, d];
                a.DPrediction[row, d] =
                    dLoss * SquaredErrorGrad.Apply(prediction, target).A;
                sum += SquaredError.Apply(prediction, target);
            }
        }

        sum = Reduce.AcrossLanes(sum, lanes);
        if (row < a.B && lane == 0) a.Loss[row] = sum;
    }
    #endregion
}
