using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// A pixel, and where in its image it lies: looked up once, used for every tap.
/// </summary>
public readonly struct PixelPlace
{
    readonly int m, x, y;

    /// <summary>Of row m of the images; beyond the last, nothing to read.</summary>
    public PixelPlace(Conv2dShape shape, int m)
    {
        this.m = m;
        var row = m / shape.W;
        x = m - row * shape.W;
        // So far out that no tap leads back into an image.
        y = m < shape.Pixels ? row % shape.H : int.MinValue / 2;
    }

    /// <summary>
    /// Channels k … k + 3 of what a tap of the pixel reads; +0 outside the image.
    /// </summary>
    public Four TapAt(Rows images, Conv2dShape shape, int tap, int k, int channels)
    {
        var row = tap / shape.Kernel;
        int down = row - shape.Radius, right = tap - row * shape.Kernel - shape.Radius;
        return Product.FourOf(
            images, m + down * shape.W + right, k, channels,
            Product.Inside(shape, y + down, x + right));
    }
}
