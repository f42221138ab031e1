namespace Hybrid.Formulas;

/// <summary>
/// The sizes of a convolution of images: k × k taps, stride 1, as many pixels out as in.
/// </summary>
/// <remarks>
/// A batch of images is a tensor of N·H·W rows, one per pixel in the order (n, y, x), and
/// one column per channel, so that what works on rows works on pixels. Weights are a tensor
/// of k·k·Ci rows, tap by tap, and Co columns. A tap outside the image reads +0.
/// </remarks>
/// <param name="N">Images.</param>
/// <param name="H">Rows of pixels of an image.</param>
/// <param name="W">Pixels of a row.</param>
/// <param name="Ci">Channels in.</param>
/// <param name="Co">Channels out.</param>
/// <param name="Kernel">
/// k, the taps along an edge: odd, so that one lies in the middle.
/// </param>
public readonly record struct Conv2dShape(
    int N, int H, int W, int Ci, int Co, int Kernel = 3)
{
    /// <summary>Rows of an input or an output: N·H·W.</summary>
    public int Pixels => N * H * W;

    /// <summary>k·k.</summary>
    public int Taps => Kernel * Kernel;

    /// <summary>Rows of the weights: k·k·Ci.</summary>
    public int WeightRows => Taps * Ci;

    /// <summary>Pixels from the middle tap to the outermost one.</summary>
    public int Radius => Kernel / 2;

    /// <summary>
    /// Fused multiply-adds of each of the three passes, taps outside included.
    /// </summary>
    public long Work => (long)Pixels * WeightRows * Co;

    /// <summary>
    /// Whether there is such a convolution: positive sizes and an odd kernel.
    /// </summary>
    public bool IsValid => N > 0 && H > 0 && W > 0 && Ci > 0 && Co > 0 && Kernel > 0
        && (Kernel & 1) == 1;

    public override string ToString() => $"{N}×{H}×{W}, {Ci}→{Co}, {Kernel}×{Kernel}";
}
