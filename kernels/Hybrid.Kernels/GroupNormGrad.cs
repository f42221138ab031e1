using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// dx = r·(g·gain − ḡ − x̂·c̄), g = dy·act′(x̂·gain + bias): the adjoint of what a group norm
/// was applied to.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="Normalized"/>, <see cref="ActivationChoice.Slope"/>,
/// <see cref="NormalizedAdjoint"/>
/// </description></item>
/// <item><term>shapes</term><description>
/// x, dy, dx: [N·P, C]; moments: [N, 2G]; gain, bias: [C]; sums, products: [N, C], from
/// <see cref="GroupNormSums"/>
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·N·P·C bytes read, 4·N·P·C written; 8·N·G + 8·N·C + 4·C read; with an
/// activation 4·C more
/// </description></item>
/// <item><term>order</term><description>
/// ḡ and c̄: one fused chain over the channels of the group from +0, then times 1/m
/// </description></item>
/// </list>
/// </remarks>
public static class GroupNormGrad
{
    public readonly record struct Arguments(
        Rows X, Rows Moments, Rows Gain, Rows Bias, Activation Activation, Rows DY,
        Rows Sums, Rows Products, Rows DX, GroupShape Shape);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(GroupNormGrad), a => Cost(a.Activation, a.Shape), [
        new("a thread per element", GroupNormGrad_V1_ThreadPerElement,
            a => Grids.Elements(a.Shape.Rows, a.Shape.C)),
        new("a thread keeps its channel", GroupNormGrad_V2_ChannelInRegisters,
            a => GroupNorm.Grid2(a.Shape)),
    ]);

    /// <summary>
    /// Per element both formulas, two products and what an activation takes; per channel
    /// two fused steps; per group two products.
    /// </summary>
    public static Cost Cost(Activation activation, in GroupShape s) =>
        (long)s.Rows * s.C
        * (Kernels.Cost.Of<Normalized>() + Kernels.Cost.Of<NormalizedAdjoint>()
            + new Cost(8, 4, 2, 0) + GroupNormSums.AdjointCost(activation))
        + (long)s.N * s.C * new Cost(8, 0, 4, 0)
        + (long)s.N * s.Groups * new Cost(8, 0, 2, 0)
        + s.C * new Cost(activation == Activation.Identity ? 4 : 8, 0, 0, 0);

    /// <summary>What the elements of one channel of an image share.</summary>
    readonly struct Channel
    {
        readonly NormChannel own;
        readonly F32 meanAdjoint, correlation;

        public Channel(in Arguments a, int n, int c)
        {
            var s = a.Shape;
            own = new(a.Moments, a.Gain, a.Bias, a.Activation, s, n, c);
            var first = c / s.Channels * s.Channels;
            F32 sum = F32.Const(0), product = F32.Const(0), count = new(s.InverseCount);
            for (var i = first; i < first + s.Channels; i++)
            {
                sum = F32.Fma(a.Gain[i], a.Sums[n, i], sum);
                product = F32.Fma(a.Gain[i], a.Products[n, i], product);
            }
            meanAdjoint = count * sum;
            correlation = count * product;
        }

        public F32 Adjoint(F32 x, F32 dy)
        {
            var normalized = own.Normalize(x);
            return own.Inverse * NormalizedAdjoint.Apply(
                normalized, own.NormalizedAdjoint(normalized, dy), meanAdjoint,
                correlation);
        }
    }

    // V1: a thread per element.
    //
    // before   nothing: every adjoint alone.
    // idea     adjoints are independent once the sums are there.
    // grid     32 columns × 8 rows per block of 256 threads.
    // still    each adds up its group's channels again.
    #region group-norm-grad-v1
    public static void GroupNormGrad_V1_ThreadPerElement(Arguments a)
    {
        var c = Grid.GlobalIndex.X;
        var s = a.Shape;
        if (c >= s.C) return;
        for (var row = Grid.GlobalIndex.Y; row < s.Rows; row += Grid.DimY * Group.DimY)
            a.DX[row, c] = new Channel(a, row / s.Pixels, c)
                .Adjoint(a.X[row, c], a.DY[row, c]);
    }
    #endregion

    // V2: a thread keeps its channel.
    //
    // before   V1 takes two steps per channel of its group for one adjoint.
    // idea     a block stays within an image: a thread adds up its group once for eight
    //          pixels.
    // grid     ⌈C / 32⌉ × ⌈P / 64⌉ × N blocks of 8 warps, 8 pixels a thread.
    // still    4 bytes a load, as GroupNorm's V2; g is made again, which the walk before
    //          this one has made: storing it would move 4 bytes more an element.
    #region group-norm-grad-v2
    public static void GroupNormGrad_V2_ChannelInRegisters(Arguments a)
    {
        var c = Grid.GlobalIndex.X;
        var s = a.Shape;
        if (c >= s.C) return;
        int n = Grid.IdxZ, first = n * s.Pixels;
        var channel = new Channel(a, n, c);
        var p = Grid.IdxY * Grids.Warps * GroupNorm.PixelsPerThread + Group.IdxY;
        var to = IntrinsicMath.Min(s.Pixels, p + Grids.Warps * GroupNorm.PixelsPerThread);
        for (; p < to; p += Grids.Warps)
            a.DX[first + p, c] = channel.Adjoint(a.X[first + p, c], a.DY[first + p, c]);
    }
    #endregion
}
