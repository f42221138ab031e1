using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// <see cref="SquaredErrorRowsWithGrad"/> whose target is noise: ε is made again from its
/// counter, and never stored.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="SquaredError"/>, <see cref="SquaredErrorGrad"/>, noise by <see cref="Draws"/>
/// </description></item>
/// <item><term>source</term><description>
/// Ho, Jain, Abbeel 2020, arXiv:2006.11239, eq. 14
/// </description></item>
/// <item><term>shapes</term><description>
/// prediction, dPrediction: [B, D]; dLoss, loss: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·B·D + 4·B bytes read, 4·B·D + 4·B written; and <see cref="DiffuseNoise"/> writes
/// 4·B·D less
/// </description></item>
/// <item><term>order</term><description>32 partial sums and a butterfly</description></item>
/// </list>
/// </remarks>
public static partial class NoisePredictionRowsWithGrad
{
    public readonly record struct Arguments(
        Rows Prediction, Noise Noise, Rows DLoss, Rows Loss, Rows DPrediction, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(NoisePredictionRowsWithGrad), a => Cost(a.B, a.D), [
        new("a Philox call per element", NoisePredictionRowsWithGrad_V1_CallPerElement,
            a => Grids.ShortRows(a.B, a.D)),
        new("a Philox call per four elements", NoisePredictionRowsWithGrad_V2_CallPerFour,
            a => Grids.ShortRows(a.B, a.D)),
    ]);

    /// <summary>
    /// Per element a normal number, both formulas, one product and one addition.
    /// </summary>
    public static Cost Cost(long b, long d) =>
        Draws.NormalsCost(b, d)
        + b * d * (Kernels.Cost.Of<SquaredError>() + new Cost(4, 4, 4, 0))
        + new Cost(4 * b, 4 * b, 0, 0);

    /// <summary>Writes the gradient at (row, d) and returns the loss's term.</summary>
    static F32 Element(in Arguments a, int row, int d, F32 dLoss, F32 eps)
    {
        var prediction = a.Prediction[row, d];
        a.DPrediction[row, d] = dLoss * SquaredErrorGrad.Apply(prediction, eps).A;
        return SquaredError.Apply(prediction, eps);
    }
}
