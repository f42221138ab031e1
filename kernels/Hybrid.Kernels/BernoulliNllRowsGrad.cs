using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// The adjoint of the logits from the adjoint of each row's negative log-likelihood.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="BernoulliNllGrad"/>: dLogits = dNll[b]·(σ(l) − x)
/// </description></item>
/// <item><term>shapes</term><description>
/// logits, x, dLogits: [B, D]; dNll: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·D + 4·B bytes read, 4·B·D written
/// </description></item>
/// </list>
/// </remarks>
public static class BernoulliNllRowsGrad
{
    public readonly record struct Arguments(
        Rows Logits, Rows X, Rows DNll, Rows DLogits, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(BernoulliNllRowsGrad), a => Cost(a.B, a.D), [
        new("a thread per element", BernoulliNllRowsGrad_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * new Cost(8, 4, 2, 1) + new Cost(4 * b, 0, 0, 0);

    #region bernoulli-nll-rows-grad-v1
    public static void BernoulliNllRowsGrad_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            var (dLogit, _) = BernoulliNllGrad.Apply(a.Logits[row, d], a.X[row, d]);
            a.DLogits[row, d] = a.DNll[row] * dLogit;
        }
    }
    #endregion
}
