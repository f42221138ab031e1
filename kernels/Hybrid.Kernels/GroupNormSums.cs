using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// Σ_p dy and Σ_p dy·x̂ of every channel of an image: all that a group's adjoints need.
/// </summary>
/// <remarks>
/// Summed over the images they are the adjoints of bias and gain; times the gain and
/// summed over a group's channels, m times the two means of
/// <see cref="NormalizedAdjoint"/>.
/// <list type="table">
/// <item><term>formula</term><description><see cref="Normalized"/></description></item>
/// <item><term>shapes</term><description>
/// x, dy: [N·P, C]; moments: [N, 2G]; sums, products: [N, C]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·N·P·C + 8·N·G bytes read, 8·N·C written
/// </description></item>
/// <item><term>order</term><description>
/// the pixels of a channel as a row's elements: 32 partial sums and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static class GroupNormSums
{
    public readonly record struct Arguments(
        Rows X, Rows Moments, Rows DY, Rows Sums, Rows Products, GroupShape Shape);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(GroupNormSums), a => Cost(a.Shape), [
        new("a warp walks a channel", GroupNormSums_V1_WarpPerChannel,
            a => PixelSums.WarpPerSum(a.Shape.N * a.Shape.C)),
        new("a lane has a channel", GroupNormSums_V2_LanePerChannel,
            a => PixelSums.BlockPerImage(
                a.Shape.N, Grids.Ceiling(a.Shape.C, Reduce.Partials))),
    ]);

    /// <summary>Per element the formula, a product and two additions.</summary>
    public static Cost Cost(in GroupShape s) =>
        (long)s.Rows * s.C * (Kernels.Cost.Of<Normalized>() + new Cost(8, 0, 3, 0))
        + (long)s.N * s.Groups * new Cost(8, 0, 0, 0)
        + (long)s.N * s.C * new Cost(0, 8, 0, 0);

    /// <summary>dy·x̂.</summary>
    readonly struct WithNormalized(Rows x, Rows dy, F32 mean, F32 inverse) : IPixelValue
    {
        public F32 At(int row, int channel) =>
            dy[row, channel] * Normalized.Apply(x[row, channel], mean, inverse);
    }

    static WithNormalized Product(in Arguments a, int n, int c)
    {
        var g = c / a.Shape.Channels;
        return new(a.X, a.DY, a.Moments[n, g], a.Moments[n, a.Shape.Groups + g]);
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
        var sum = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (sum >= s.N * s.C) return;                 // a warp leaves as one

        int n = sum / s.C, c = sum % s.C, first = n * s.Pixels;
        var plain = PixelSums.AcrossWarp(new PlainValue(a.DY), first, s.Pixels, c);
        var product = PixelSums.AcrossWarp(Product(a, n, c), first, s.Pixels, c);
        if (Group.IdxX > 0) return;
        a.Sums[n, c] = plain;
        a.Products[n, c] = product;
    }
    #endregion

    // V2: a lane per channel.
    //
    // before   V1's warp fetches 64 sectors for 64 floats.
    // idea     lanes are neighbouring channels, a block's eight warps share the pixels.
    // grid     N × ⌈C / 32⌉ blocks of 8 warps; 1 KiB of shared memory.
    // still    dy is read twice, the second time from a cache.
    #region group-norm-sums-v2
    public static void GroupNormSums_V2_LanePerChannel(Arguments a)
    {
        var shared = SharedMemory.Allocate<F32>(Grids.Block);
        var s = a.Shape;
        int n = Grid.IdxX, c = Grid.IdxY * Reduce.Partials + Group.IdxX;
        int own = IntrinsicMath.Min(c, s.C - 1), first = n * s.Pixels;
        var plain = PixelSums.AcrossBlock(
            new PlainValue(a.DY), shared, first, s.Pixels, own);
        var product = PixelSums.AcrossBlock(
            Product(a, n, own), shared, first, s.Pixels, own);
        if (Group.IdxY > 0 || c >= s.C) return;
        a.Sums[n, c] = plain;
        a.Products[n, c] = product;
    }
    #endregion
}
