using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// Σ_p g and Σ_p g·x̂ of every channel of an image, g = dy·act′(x̂·gain + bias): all that a
/// group's adjoints need.
/// </summary>
/// <remarks>
/// Summed over the images they are the adjoints of bias and gain; times the gain and
/// summed over a group's channels, m times the two means of
/// <see cref="NormalizedAdjoint"/>.
/// <list type="table">
/// <item><term>formula</term><description><see cref="Normalized"/>,
/// <see cref="ActivationChoice.Slope"/></description></item>
/// <item><term>shapes</term><description>
/// x, dy: [N·P, C]; moments: [N, 2G]; gain, bias: [C]; sums, products: [N, C]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·N·P·C + 8·N·G bytes read, 8·N·C written; with an activation 8·C more read
/// </description></item>
/// <item><term>order</term><description>
/// the pixels of a channel as a row's elements: 32 partial sums and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static partial class GroupNormSums
{
    public readonly record struct Arguments(
        Rows X, Rows Moments, Rows Gain, Rows Bias, Activation Activation, Rows DY,
        Rows Sums, Rows Products, GroupShape Shape)
    {
        internal NormChannel ChannelAt(int n, int c) =>
            new(Moments, Gain, Bias, Activation, Shape, n, c);
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(GroupNormSums), a => Cost(a.Activation, a.Shape), [
        new("a warp walks a channel", GroupNormSums_V1_WarpPerChannel,
            a => PixelSums.WarpPerSum(a.Shape.N * a.Shape.C)),
        new("a lane has a channel", GroupNormSums_V2_LanePerChannel,
            a => PixelSums.BlockPerImage(
                a.Shape.N, Grids.Ceiling(a.Shape.C, Reduce.Partials))),
        new("one walk for both sums", GroupNormSums_V3_OneWalk,
            a => PixelSums.BlockPerImage(
                a.Shape.N, Grids.Ceiling(a.Shape.C, Reduce.Partials))),
    ]);

    /// <summary>
    /// Per element the formula, a product, two additions and what an activation takes.
    /// </summary>
    public static Cost Cost(Activation activation, in GroupShape s) =>
        (long)s.Rows * s.C
        * (Kernels.Cost.Of<Normalized>() + new Cost(8, 0, 3, 0) + AdjointCost(activation))
        + (activation == Activation.Identity ? 0 : s.C) * new Cost(8, 0, 0, 0)
        + (long)s.N * s.Groups * new Cost(8, 0, 0, 0)
        + (long)s.N * s.C * new Cost(0, 8, 0, 0);

    /// <summary>
    /// What g = dy·act′(x̂·gain + bias) takes beside x̂: nothing without an activation.
    /// </summary>
    internal static Cost AdjointCost(Activation activation) =>
        activation == Activation.Identity
            ? default : ActivationChoice.SlopeCost(activation) + new Cost(0, 0, 3, 0);

    /// <summary>g.</summary>
    readonly struct Adjoint(Rows x, Rows dy, NormChannel own) : IPixelValue
    {
        public F32 At(int row, int channel) =>
            own.Adjoint(own.Normalize(x[row, channel]), dy[row, channel]);
    }

    /// <summary>g·x̂.</summary>
    readonly struct Product(Rows x, Rows dy, NormChannel own) : IPixelValue
    {
        public F32 At(int row, int channel)
        {
            var normalized = own.Normalize(x[row, channel]);
            return own.Adjoint(normalized, dy[row, channel]) * normalized;
        }
    }

    // V1: a warp per channel.
    //
    // before   nothing: two sums of a row, with pixels for elements.
    // idea     a lane for each of the 32 partial sums.
    // grid     ⌈N·C / 8⌉ blocks of 8 warps, a channel of an image each.
    // still    neighbouring lanes read pixels, which lie C floats apart: a sector each.
    #region group-norm-sums-v1
    public static void GroupNormSums_V1_WarpPerChannel(Arguments a)
    {
        var s = a.Shape;
        var index = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (index >= s.N * s.C) return;               // a warp leaves as one

        int n = index / s.C, c = index % s.C, first = n * s.Pixels;
        var own = a.ChannelAt(n, c);
        var sum = PixelSums.AcrossWarp(new Adjoint(a.X, a.DY, own), first, s.Pixels, c);
        var product = PixelSums.AcrossWarp(
            new Product(a.X, a.DY, own), first, s.Pixels, c);
        if (Group.IdxX > 0) return;
        a.Sums[n, c] = sum;
        a.Products[n, c] = product;
    }
    #endregion

    // V2: a lane per channel.
    //
    // before   V1's warp fetches 64 sectors for 64 floats.
    // idea     lanes are neighbouring channels, a block's eight warps share the pixels.
    // grid     N × ⌈C / 32⌉ blocks of 8 warps; 1 KiB of shared memory.
    // still    x and dy are read twice, the second time from a cache, and g is made twice.
    #region group-norm-sums-v2
    public static void GroupNormSums_V2_LanePerChannel(Arguments a)
    {
        var shared = SharedMemory.Allocate<F32>(Grids.Block);
        var s = a.Shape;
        int n = Grid.IdxX, c = Grid.IdxY * Reduce.Partials + Group.IdxX;
        int at = IntrinsicMath.Min(c, s.C - 1), first = n * s.Pixels;
        var own = a.ChannelAt(n, at);
        var sum = PixelSums.AcrossBlock(
            new Adjoint(a.X, a.DY, own), shared, first, s.Pixels, at);
        var product = PixelSums.AcrossBlock(
            new Product(a.X, a.DY, own), shared, first, s.Pixels, at);
        if (Group.IdxY > 0 || c >= s.C) return;
        a.Sums[n, c] = sum;
        a.Products[n, c] = product;
    }
    #endregion
}
