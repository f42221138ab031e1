using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>y = factor·(the sum of every 2 × 2 pixels of x): with ¼, a mean.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>
/// x: [N·H·W, C], H and W even; y: [N·H/2·W/2, C]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·N·H·W·C bytes read, a quarter of that written
/// </description></item>
/// <item><term>order</term><description>
/// the left of a row of two and the right, above and below, then above and below:
/// (a + b) + (c + d), then the factor
/// </description></item>
/// </list>
/// </remarks>
public static partial class Downsample
{
    public readonly record struct Arguments(
        Rows X, float Factor, Rows Y, ImageShape Shape);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Downsample), a => Cost(a.Shape), [
        new("a thread per output", Downsample_V1_ThreadPerOutput,
            a => Grids.Elements(a.Shape.Half.Rows, a.Shape.C)),
        new("four channels per thread", Downsample_V2_FourChannels,
            a => Grids.Fours(a.Shape.Half.Rows, a.Shape.C)),
    ], new(nameof(Downsample_V1_ThreadPerOutput), Grids.Untimed));

    public static Cost Cost(in ImageShape s) =>
        (long)s.Half.Rows * s.C * new Cost(16, 4, 4, 0);

    // V1: a thread per output.
    //
    // before   nothing: a convolution with four weights of ¼ would multiply all channels.
    // idea     neighbouring threads have neighbouring channels of four pixels.
    // grid     32 channels × 8 pixels per block of 256 threads.
    // still    4 bytes a load; two divisions say where each output's pixels lie.
    #region downsample-v1
    public static void Downsample_V1_ThreadPerOutput(Arguments a)
    {
        var c = Grid.GlobalIndex.X;
        var s = a.Shape;
        if (c >= s.C) return;
        var rows = s.Rows / 4;
        for (var row = Grid.GlobalIndex.Y; row < rows; row += Grid.DimY * Group.DimY)
        {
            int above = s.FirstOf(row), below = above + s.W;
            var sum = a.X[above, c] + a.X[above + 1, c]
                + (a.X[below, c] + a.X[below + 1, c]);
            a.Y[row, c] = new F32(a.Factor) * sum;
        }
    }
    #endregion
}

/// <summary>
/// y = factor·x, every pixel of x as 2 × 2 of y: with 1, the nearest neighbour.
/// </summary>
/// <remarks>
/// Each is the adjoint of the other: <see cref="Downsample"/> with the same factor is what
/// x receives from y.
/// <list type="table">
/// <item><term>shapes</term><description>
/// x: [N·H/2·W/2, C]; y: [N·H·W, C], H and W even
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·N·H·W·C bytes written, a quarter of that read
/// </description></item>
/// </list>
/// </remarks>
public static partial class Upsample
{
    /// <param name="X">The smaller images.</param>
    /// <param name="Factor">What they are multiplied by.</param>
    /// <param name="Y">The larger images.</param>
    /// <param name="Shape">The sizes of the larger ones.</param>
    public readonly record struct Arguments(
        Rows X, float Factor, Rows Y, ImageShape Shape);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Upsample), a => Cost(a.Shape), [
        new("a thread per output", Upsample_V1_ThreadPerOutput,
            a => Grids.Elements(a.Shape.Rows, a.Shape.C)),
        new("a thread per input of four channels", Upsample_V2_FourOutputsPerInput,
            a => Grids.Fours(a.Shape.Half.Rows, a.Shape.C)),
    ], new(nameof(Upsample_V1_ThreadPerOutput), Grids.Untimed));

    public static Cost Cost(in ImageShape s) =>
        (long)s.Rows * s.C * new Cost(0, 4, 1, 0)
        + (long)s.Half.Rows * s.C * new Cost(4, 0, 0, 0);

    // V1: a thread per output.
    //
    // before   nothing.
    // idea     each output finds the pixel it shows; neighbours read neighbours.
    // grid     32 channels × 8 pixels per block of 256 threads.
    // still    a pixel is read four times, thrice from a cache, and looked up each time.
    #region upsample-v1
    public static void Upsample_V1_ThreadPerOutput(Arguments a)
    {
        var c = Grid.GlobalIndex.X;
        var s = a.Shape;
        if (c >= s.C) return;
        for (var row = Grid.GlobalIndex.Y; row < s.Rows; row += Grid.DimY * Group.DimY)
            a.Y[row, c] = new F32(a.Factor) * a.X[s.HalfOf(row), c];
    }
    #endregion
}
