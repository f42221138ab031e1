using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Images through k × k taps, a tile being the same pixel of 4 or 8 images.</summary>
/// <remarks>
/// All pixels of such a tile have the same taps outside the image, which are left out: of a 7 × 7 image and 3 × 3 taps
/// that is 18 % of all steps, of 28 × 28 it is 5 %. What is left of a row of taps is one run of numbers in x itself,
/// so that nothing is copied. A step left out would have added +0 or −0 to sums that began at +0: the bits are those
/// of <see cref="Conv{T, TEnd}"/>.
/// </remarks>
/// <typeparam name="T">The lane.</typeparam>
/// <typeparam name="TEnd">What follows the sums.</typeparam>
readonly unsafe struct ConvImages<T, TEnd> : ICountedTasks
    where T : unmanaged, IVectorLane<T>
    where TEnd : unmanaged, IGemmEnd<TEnd>
{
    /// <summary>Pixels of a task: as much of L2 as the weights leave.</summary>
    const int BlockBytes = 320 << 10;

    readonly Conv2dShape shape;
    readonly View x, y;
    readonly TEnd end;
    readonly float* weights;
    readonly int rowsPerTask, bands;
    readonly Panels panels;

    /// <param name="shape">The convolution; Ci and Co change places for the adjoint of the input.</param>
    /// <param name="x">What the taps read, dense.</param>
    /// <param name="weights">Packed panels.</param>
    /// <param name="end">What follows the sums.</param>
    /// <param name="y">The output.</param>
    public ConvImages(in Conv2dShape shape, View x, float* weights, TEnd end, View y)
    {
        (this.shape, this.x, this.y, this.end) = (shape, x, y, end);
        this.weights = weights;
        panels = new(shape.Co, T.Width);
        var rowBytes = 4L * shape.W * shape.Ci * GemmTile.Rows<T>();
        rowsPerTask = (int)Math.Clamp(BlockBytes / rowBytes - (shape.Kernel - 1), 1, shape.H);
        bands = (shape.H - 1) / rowsPerTask + 1;
        rowsPerTask = (shape.H - 1) / bands + 1;
    }

    /// <summary>Whether there are images for a tile, and pixels without gaps.</summary>
    public static bool CanRun(in Conv2dShape shape, View x) =>
        shape.N >= GemmTile.Rows<T>() && GemmTile.Rows<T>() > 1 && x.Stride == shape.Ci;

    public int Tasks => ((shape.N - 1) / GemmTile.Rows<T>() + 1) * bands;

    public void Run(int task, int worker)
    {
        int n0 = task / bands * GemmTile.Rows<T>(), count = Math.Min(GemmTile.Rows<T>(), shape.N - n0);
        int y0 = task % bands * rowsPerTask, y1 = Math.Min(shape.H, y0 + rowsPerTask);
        for (var panel = 0; panel < panels.Count; panel++)
        {
            var lanes = panels.Lanes(panel);
            if (lanes == 1) Tiles<One>(n0, count, y0, y1, panel);
            else if (lanes == 2) Tiles<Two>(n0, count, y0, y1, panel);
            else Tiles<Three>(n0, count, y0, y1, panel);
            for (var n = n0; n < n0 + count && y0 < y1; n++)
                end.Finish(y, Pixel(n, y0, 0), (y1 - y0) * shape.W, panels.First(panel), panels.Columns(panel));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int Pixel(int n, int row, int column) => (n * shape.H + row) * shape.W + column;

    #region conv-images
    [MethodImpl(HotLoop.Options)]
    void Tiles<TCols>(int n0, int count, int y0, int y1, int panel) where TCols : ISize
    {
        int k = shape.Kernel, side = shape.Radius, channels = shape.Ci, last = panels.Last(panel);
        var tap = (nint)channels * TCols.Value * T.Width;
        var b = weights + (nint)panels.First(panel) * shape.Taps * channels;
        var some = Math.Clamp(ConvTile.MaxSteps / (k * channels), 1, k);
        for (var from = 0; from < k; from += some)
            for (var row = y0; row < y1; row++)
            {
                int top = Math.Max(from, side - row);
                var runs = Math.Max(0, Math.Min(Math.Min(k, from + some), shape.H + side - row) - top);
                if (runs == 0 && from > 0) continue;
                for (var column = 0; column < shape.W; column++)
                {
                    int left = Math.Max(0, side - column), right = Math.Min(k, shape.W + side - column);
                    Tile<TCols>(
                        x[Pixel(n0, row, column) + (top - side) * shape.W + left - side], runs,
                        (right - left) * channels, b + (top * k + left) * tap, (k - right + left) * tap,
                        y[Pixel(n0, row, column)] + panels.First(panel), count, last, from == 0);
                }
            }
    }
    #endregion

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Tile<TCols>(
        float* pixel, int runs, int depth, float* b, nint skipped, float* c, int count, int last, bool begin)
        where TCols : ISize
    {
        var image = (nint)shape.H * shape.W;
        var at = stackalloc float*[8];
        for (var i = 0; i < 8; i++) at[i] = pixel + (i < count ? i * image * x.Stride : 0);
        if (count > 4)
            ConvTile<T, Eight, TCols>.Run(
                at, shape.W * x.Stride, runs, depth, b, skipped, c, image * y.Stride, count, last, begin);
        else
            ConvTile<T, Four, TCols>.Run(
                at, shape.W * x.Stride, runs, depth, b, skipped, c, image * y.Stride, count, last, begin);
    }
}
