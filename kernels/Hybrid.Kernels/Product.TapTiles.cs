using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

/// <summary>
/// C[m, n] = Σ over runs and k of left(run, m, k)·right(run, k, n): a product whose chain
/// has pieces.
/// </summary>
/// <remarks>
/// A convolution's chain is one run of channels per tap, that of its weights one run of
/// pixels per row of an image. Slices are independent products of one launch.
/// </remarks>
public interface ITapProduct
{
    /// <summary>Whether four neighbours of left lie along m, not along k.</summary>
    static abstract bool LeftIsTransposed { get; }

    /// <summary>Whether four neighbours of right lie along k, not along n.</summary>
    static abstract bool RightIsTransposed { get; }

    int M { get; }

    int N { get; }

    int Runs { get; }

    /// <summary>Steps of a run.</summary>
    int Depth(int slice);

    /// <summary>Whether a slice takes the run's steps; all its threads agree.</summary>
    bool Takes(int slice, int run);

    /// <summary>Four neighbours of left; +0 where there is none.</summary>
    Four Left(int slice, int run, int m, int k);

    /// <summary>Four neighbours of right; +0 where there is none.</summary>
    Four Right(int slice, int run, int k, int n);

    /// <summary>What to do with the finished sum.</summary>
    void Store(int slice, int m, int n, F32 sum);
}

public static partial class Product
{
    public static KernelConfig TapGrid(int m, int n, int slices) => new(
        new Index3D(Grids.Ceiling(n, Side), Grids.Ceiling(m, Side), slices),
        new Index3D(Grids.Block, 1, 1));

    #region tap-tiles
    /// <summary>4 × 4 outputs per thread, as register tiles, over all runs.</summary>
    public static void TapTiles<T>(T product) where T : struct, ITapProduct
    {
        var tile = SharedMemory.Allocate<Four>(Side * Fours);
        var rights = tile.SubView(Depth * Fours, Depth * Fours);
        int t = Group.IdxX, tx = t & 15, ty = t >> 4, slice = Grid.IdxZ;
        int m0 = Grid.IdxY * Side, n0 = Grid.IdxX * Side, length = product.Depth(slice);

        // This thread's four of either tile: 16 along the fours, or 4.
        int leftM = m0 + (T.LeftIsTransposed ? 4 * tx : t >> 2);
        int leftK = T.LeftIsTransposed ? ty : 4 * (t & 3);
        int rightN = n0 + (T.RightIsTransposed ? t >> 2 : 4 * tx);
        int rightK = T.RightIsTransposed ? 4 * (t & 3) : ty;

        var sums = new Outputs();
        for (var run = 0; run < product.Runs; run++)
        {
            if (!product.Takes(slice, run)) continue;
            for (var k0 = 0; k0 < length; k0 += Depth)
            {
                var left = product.Left(slice, run, leftM, k0 + leftK);
                var right = product.Right(slice, run, k0 + rightK, rightN);
                Spread(tile, t, left, T.LeftIsTransposed);
                Spread(rights, t, right, !T.RightIsTransposed);
                Group.Barrier();

                // The last tile of a run is cut, not padded: a step more could change −0.
                var depth = length - k0 < Depth ? length - k0 : Depth;
                for (var k = 0; k < depth; k++)
                    sums.Step(tile[k * Fours + ty], rights[k * Fours + tx]);
                Group.Barrier();
            }
        }

        HandRound(product, tile, sums, slice, m0, n0);
    }
    #endregion

    /// <summary>Whether a pixel lies in the image.</summary>
    public static bool Inside(Conv2dShape shape, int y, int x) =>
        y >= 0 && y < shape.H && x >= 0 && x < shape.W;

    /// <summary>
    /// Channels k … k + 3 of what a tap of pixel m reads; +0 outside the image.
    /// </summary>
    public static Four TapAt(
        Rows images, Conv2dShape shape, int m, int tap, int k, int channels)
    {
        int down = tap / shape.Kernel - shape.Radius;
        int right = tap % shape.Kernel - shape.Radius;
        var inside = m < shape.Pixels
            && Inside(shape, m / shape.W % shape.H + down, m % shape.W + right);
        return FourOf(images, m + down * shape.W + right, k, channels, inside);
    }

    /// <summary>Four neighbouring elements of a row that may exist; else +0.</summary>
    public static Four FourOf(
        Rows matrix, int row, int column, int columns, bool exists) =>
        exists ? Load(matrix, row, column, row + 1, columns) : new Four();

    /// <summary>What the three passes of a convolution share: weights and work.</summary>
    public static Cost Cost(in Conv2dShape s) =>
        new(4L * s.WeightRows * s.Co, 0, 2 * s.Work, 0);
}
