namespace Hybrid.Formulas;

/// <summary>The sizes of a batch of images, a row per pixel in the order (n, y, x).</summary>
/// <param name="N">Images.</param>
/// <param name="H">Rows of pixels of an image.</param>
/// <param name="W">Pixels of a row.</param>
/// <param name="C">Channels: columns.</param>
public readonly record struct ImageShape(int N, int H, int W, int C)
{
    /// <summary>Pixels of an image.</summary>
    public int Pixels => H * W;

    /// <summary>Rows of the tensor: N·H·W.</summary>
    public int Rows => N * H * W;

    /// <summary>Whether every 2 × 2 pixels can become one.</summary>
    public bool IsEven => N > 0 && H > 0 && W > 0 && C > 0 && (H & 1) == 0 && (W & 1) == 0;

    /// <summary>Half as high and half as wide.</summary>
    public ImageShape Half => this with { H = H / 2, W = W / 2 };

    /// <summary>The row of the first of the 2 × 2 pixels that a row of half the size stands for.</summary>
    public int FirstOf(int halfRow)
    {
        int width = W / 2, x = halfRow % width, y = halfRow / width;
        return 2 * y * W + 2 * x;
    }

    /// <summary>The row of half the size that stands for a row.</summary>
    public int HalfOf(int row)
    {
        int x = row % W, y = row / W;
        return y / 2 * (W / 2) + x / 2;
    }

    public override string ToString() => $"{N}×{H}×{W}, {C}";
}
