using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

/// <summary>
/// y = act(x̂·gain + bias), with x̂ normalised by its group's moments.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description><see cref="Normalized"/>,
/// <see cref="ActivationChoice"/></description></item>
/// <item><term>source</term><description>
/// Wu &amp; He 2018, arXiv:1803.08494, eqs. 1 and 6
/// </description></item>
/// <item><term>shapes</term><description>
/// x, y: [N·P, C]; moments: [N, 2G]; gain, bias: [C]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·N·P·C bytes read and written; 8·N·G + 8·C read
/// </description></item>
/// </list>
/// </remarks>
public static class GroupNorm
{
    public readonly record struct Arguments(
        Rows X, Rows Moments, Rows Gain, Rows Bias, Activation Activation, Rows Y,
        GroupShape Shape)
    {
        internal NormChannel ChannelAt(int n, int c) =>
            new(Moments, Gain, Bias, Activation, Shape, n, c);
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(GroupNorm), a => Cost(a.Activation, a.Shape), [
        new("a thread per element", GroupNorm_V1_ThreadPerElement,
            a => Grids.Elements(a.Shape.Rows, a.Shape.C)),
        new("a thread keeps its channel", GroupNorm_V2_ChannelInRegisters,
            a => Grid2(a.Shape)),
    ]);

    /// <summary>
    /// Per element the formula, a fused multiply-add and the activation.
    /// </summary>
    public static Cost Cost(Activation activation, in GroupShape s) =>
        (long)s.Rows * s.C
        * (Kernels.Cost.Of<Normalized>() + new Cost(4, 4, 2, 0)
            + ActivationChoice.Cost(activation))
        + (long)s.N * s.Groups * new Cost(8, 0, 0, 0) + s.C * new Cost(8, 0, 0, 0);

    /// <summary>Pixels that a thread of <see cref="Grid2"/> takes.</summary>
    internal const int PixelsPerThread = 8;

    /// <summary>32 channels × 64 pixels of an image a block, 8 pixels a thread.</summary>
    internal static KernelConfig Grid2(in GroupShape s) => new(
        new Index3D(
            Grids.Ceiling(s.C, Reduce.Partials),
            Grids.Ceiling(s.Pixels, Grids.Warps * PixelsPerThread), s.N),
        new Index3D(Reduce.Partials, Grids.Warps, 1));

    // V1: a thread per element.
    //
    // before   nothing: every output alone.
    // idea     outputs are independent once the moments are there.
    // grid     32 columns × 8 rows per block of 256 threads.
    // still    each asks which image and group it is of, two divisions, and loads four
    //          numbers that its neighbours below load as well.
    #region group-norm-v1
    public static void GroupNorm_V1_ThreadPerElement(Arguments a)
    {
        var c = Grid.GlobalIndex.X;
        var s = a.Shape;
        if (c >= s.C) return;
        for (var row = Grid.GlobalIndex.Y; row < s.Rows; row += Grid.DimY * Group.DimY)
            a.Y[row, c] = a.ChannelAt(row / s.Pixels, c).Value(a.X[row, c]);
    }
    #endregion

    // V2: a thread keeps its channel.
    //
    // before   V1 divides twice and loads five numbers for one output.
    // idea     a block stays within an image: what belongs to a channel is loaded once
    //          for eight pixels.
    // grid     ⌈C / 32⌉ × ⌈P / 64⌉ × N blocks of 8 warps, 8 pixels a thread.
    // still    4 bytes a load; with 16, a thread's sigmoids, each with a division, would
    //          come one after the other between its loads and its stores, as in
    //          AdamUpdate's V2, which lost by it.
    #region group-norm-v2
    public static void GroupNorm_V2_ChannelInRegisters(Arguments a)
    {
        var c = Grid.GlobalIndex.X;
        var s = a.Shape;
        if (c >= s.C) return;
        int n = Grid.IdxZ, first = n * s.Pixels;
        var channel = a.ChannelAt(n, c);
        var p = Grid.IdxY * Grids.Warps * PixelsPerThread + Group.IdxY;
        var to = IntrinsicMath.Min(s.Pixels, p + Grids.Warps * PixelsPerThread);
        for (; p < to; p += Grids.Warps)
            a.Y[first + p, c] = channel.Value(a.X[first + p, c]);
    }
    #endregion
}
