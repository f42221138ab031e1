using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// The mean of every group of channels of an image, and one over its standard deviation.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="InverseDeviation"/> of the mean of (x − μ)²
/// </description></item>
/// <item><term>source</term><description>
/// Wu &amp; He 2018, arXiv:1803.08494, eqs. 2 and 3
/// </description></item>
/// <item><term>shapes</term><description>
/// x: [N·P, C]; moments: [N, 2G], the means and beside them the others
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·N·P·C bytes read, 8·N·G written; whoever keeps no image in a cache reads it twice
/// </description></item>
/// <item><term>order</term><description>
/// a channel's pixels as a row's elements, 32 partial sums and a butterfly; the channels
/// of a group one by one from +0; then times 1/m
/// </description></item>
/// </list>
/// </remarks>
public static class GroupMoments
{
    public readonly record struct Arguments(Rows X, Rows Moments, GroupShape Shape);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(GroupMoments), a => Cost(a.Shape), [
        new("a warp walks a group", GroupMoments_V1_WarpPerGroup,
            a => PixelSums.WarpPerSum(a.Shape.N * a.Shape.Groups)),
        new("a lane has a channel", GroupMoments_V2_LanePerChannel,
            a => PixelSums.BlockPerImage(a.Shape.N, GroupBlock.Blocks(a.Shape))),
    ]);

    /// <summary>
    /// Per element an addition, a difference, a square and an addition; per channel two
    /// additions; per group two products and the formula.
    /// </summary>
    public static Cost Cost(in GroupShape s) =>
        (long)s.Rows * s.C * new Cost(4, 0, 4, 0) + (long)s.N * s.C * new Cost(0, 0, 2, 0)
        + (long)s.N * s.Groups
        * (Kernels.Cost.Of<InverseDeviation>() + new Cost(0, 8, 2, 0));

    /// <summary>(x − μ)².</summary>
    readonly struct SquaredDeviation(Rows x, F32 mean) : IPixelValue
    {
        public F32 At(int row, int channel)
        {
            var deviation = x[row, channel] - mean;
            return deviation * deviation;
        }
    }

    // V1: a warp per group.
    //
    // before   nothing: mean and variance as they are defined, one after the other.
    // idea     a lane for each of the 32 partial sums; channel after channel.
    // grid     ⌈N·G / 8⌉ blocks of 8 warps, a group of an image each.
    // still    neighbouring lanes read pixels, which lie C floats apart: a sector each.
    #region group-moments-v1
    public static void GroupMoments_V1_WarpPerGroup(Arguments a)
    {
        var s = a.Shape;
        var index = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (index >= s.N * s.Groups) return;          // a warp leaves as one

        int n = index / s.Groups, g = index % s.Groups;
        int first = n * s.Pixels, from = g * s.Channels, to = from + s.Channels;
        F32 sum = F32.Const(0), count = new(s.InverseCount);
        for (var c = from; c < to; c++)
            sum += PixelSums.AcrossWarp(new PlainValue(a.X), first, s.Pixels, c);
        var mean = count * sum;

        var squares = F32.Const(0);
        for (var c = from; c < to; c++)
            squares += PixelSums.AcrossWarp(
                new SquaredDeviation(a.X, mean), first, s.Pixels, c);
        if (Group.IdxX == 0) Store(a, n, g, mean, count * squares);
    }
    #endregion

    // V2: a lane per channel.
    //
    // before   V1's warp fetches 32 sectors for 32 floats.
    // idea     a block has as many groups as fit 32 lanes, a channel each, and walks
    //          their pixels row by row; a group's channels then meet in shared memory.
    // grid     N × ⌈groups / those of a block⌉ blocks of 8 warps; 1.1 KiB of shared
    //          memory.
    // still    every image is read twice, the second time from a cache.
    #region group-moments-v2
    public static void GroupMoments_V2_LanePerChannel(Arguments a)
    {
        var shared = SharedMemory.Allocate<F32>(Grids.Block);
        var channels = SharedMemory.Allocate<F32>(Reduce.Partials);
        var s = a.Shape;
        var block = new GroupBlock(s);
        int n = Grid.IdxX, first = n * s.Pixels;
        F32 sum = F32.Const(0), count = new(s.InverseCount);
        for (var c = 0; c < block.Channels; c += Reduce.Partials)
            sum = block.Add(sum, c, channels, PixelSums.AcrossBlock(
                new PlainValue(a.X), shared, first, s.Pixels, block.ChannelAt(c)));
        var mean = count * sum;

        var squares = F32.Const(0);
        for (var c = 0; c < block.Channels; c += Reduce.Partials)
            squares = block.Add(squares, c, channels, PixelSums.AcrossBlock(
                new SquaredDeviation(a.X, mean), shared, first, s.Pixels,
                block.ChannelAt(c)));
        if (Group.IdxY == 0 && block.IsFirstOfGroup)
            Store(a, n, block.OwnGroup, mean, count * squares);
    }
    #endregion

    static void Store(in Arguments a, int n, int g, F32 mean, F32 variance)
    {
        a.Moments[n, g] = mean;
        a.Moments[n, a.Shape.Groups + g] =
            InverseDeviation.Apply(variance, new F32(a.Shape.Epsilon));
    }
}
