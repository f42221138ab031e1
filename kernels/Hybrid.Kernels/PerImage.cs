using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// y[n·P + p, c] += x[n, c]: a row for each image, added to all of its pixels.
/// </summary>
/// <remarks>
/// x: [N, C]; y: [N·P, C]; 4·N·C + 4·N·P·C bytes read, 4·N·P·C written.
/// </remarks>
public static class AddPerImage
{
    public readonly record struct Arguments(Rows X, Rows Y, int N, int Pixels, int C);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(AddPerImage), a => Cost(a.N, a.Pixels, a.C), [
        new("a thread per element", AddPerImage_V1_ThreadPerElement,
            a => Grids.Elements(a.N * a.Pixels, a.C)),
    ]);

    public static Cost Cost(long n, long pixels, long c) =>
        n * pixels * c * new Cost(4, 4, 1, 0) + n * c * new Cost(4, 0, 0, 0);

    public static void AddPerImage_V1_ThreadPerElement(Arguments a)
    {
        var c = Grid.GlobalIndex.X;
        if (c >= a.C) return;
        var rows = a.N * a.Pixels;
        for (var row = Grid.GlobalIndex.Y; row < rows; row += Grid.DimY * Group.DimY)
            a.Y[row, c] += a.X[row / a.Pixels, c];
    }
}

/// <summary>
/// y[n, c] = Σ_p x[n·P + p, c]: what an image's row receives from its pixels.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>x: [N·P, C]; y: [N, C]</description></item>
/// <item><term>traffic</term><description>
/// 4·N·P·C bytes read, 4·N·C written
/// </description></item>
/// <item><term>order</term><description>
/// the pixels of a channel as a row's elements: 32 partial sums and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static class SumPerImage
{
    public readonly record struct Arguments(Rows X, Rows Y, int N, int Pixels, int C);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(SumPerImage), a => Cost(a.N, a.Pixels, a.C), [
        new("a warp walks a channel", SumPerImage_V1_WarpPerChannel,
            a => PixelSums.WarpPerSum(a.N * a.C)),
        new("a lane has a channel", SumPerImage_V2_LanePerChannel,
            a => PixelSums.BlockPerImage(a.N, Grids.Ceiling(a.C, Reduce.Partials))),
    ]);

    public static Cost Cost(long n, long pixels, long c) =>
        n * pixels * c * new Cost(4, 0, 1, 0) + n * c * new Cost(0, 4, 0, 0);

    // V1: a warp per channel.
    //
    // before   nothing: this is a row's sum, with pixels for elements.
    // idea     a lane for each of the 32 partial sums.
    // grid     ⌈N·C / 8⌉ blocks of 8 warps, a channel of an image each.
    // still    neighbouring lanes read pixels, which lie C floats apart: a sector each.
    #region sum-per-image-v1
    public static void SumPerImage_V1_WarpPerChannel(Arguments a)
    {
        var sum = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (sum >= a.N * a.C) return;                 // a warp leaves as one

        int n = sum / a.C, c = sum % a.C;
        var total = PixelSums.AcrossWarp(new PlainValue(a.X), n * a.Pixels, a.Pixels, c);
        if (Group.IdxX == 0) a.Y[n, c] = total;
    }
    #endregion

    // V2: a lane per channel.
    //
    // before   V1's warp fetches 32 sectors for 32 floats.
    // idea     lanes are neighbouring channels; each of eight warps has every eighth
    //          pixel, four partial sums a thread, and the warps meet in shared memory.
    // grid     N × ⌈C / 32⌉ blocks of 8 warps; 1 KiB of shared memory.
    // still    channels that are no multiple of 32 leave lanes that repeat the last.
    #region sum-per-image-v2
    public static void SumPerImage_V2_LanePerChannel(Arguments a)
    {
        var shared = SharedMemory.Allocate<F32>(Grids.Block);
        int n = Grid.IdxX, c = Grid.IdxY * Reduce.Partials + Group.IdxX;
        var total = PixelSums.AcrossBlock(
            new PlainValue(a.X), shared, n * a.Pixels, a.Pixels,
            IntrinsicMath.Min(c, a.C - 1));           // all threads stay for the barriers
        if (Group.IdxY == 0 && c < a.C) a.Y[n, c] = total;
    }
    #endregion
}
