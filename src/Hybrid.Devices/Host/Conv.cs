using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Images through k × k taps as tasks: some rows of an image, or some images, each.</summary>
/// <remarks>
/// A task copies its pixels, with a border of zeros as wide as the taps reach, into its worker's scratch,
/// and goes over them panel by panel. No other copy of the input is made: a tap is a distance. The adjoint
/// of the input is the same with the output's adjoint for x and turned weights.
/// </remarks>
/// <typeparam name="T">The lane.</typeparam>
/// <typeparam name="TEnd">What follows the sums.</typeparam>
readonly unsafe struct Conv<T, TEnd> : ICountedTasks
    where T : unmanaged, IVectorLane<T>
    where TEnd : unmanaged, IGemmEnd<TEnd>
{
    /// <summary>Bordered pixels of a task: as much of L2 as the weights leave.</summary>
    const int BlockBytes = 160 << 10;

    readonly View x, y;
    readonly TEnd end;
    readonly float* weights, borders;
    readonly int h, w, channels, kernel, images, imagesPerTask, rowsPerTask, bands;
    readonly Panels panels;

    /// <param name="shape">The convolution; Ci and Co change places for the adjoint of the input.</param>
    /// <param name="x">What the taps read.</param>
    /// <param name="weights">Packed panels.</param>
    /// <param name="end">What follows the sums.</param>
    /// <param name="y">The output.</param>
    /// <param name="threads">Who share the tasks.</param>
    /// <param name="borders">Scratch of <see cref="BorderWords"/> words per worker.</param>
    public Conv(
        in Conv2dShape shape, View x, float* weights, TEnd end, View y, int threads, float* borders = null)
    {
        (this.x, this.y, this.end) = (x, y, end);
        this.weights = weights;
        this.borders = borders;
        (h, w, channels, kernel, images) = (shape.H, shape.W, shape.Ci, shape.Kernel, shape.N);
        panels = new(shape.Co, T.Width);
        var rowBytes = (long)(w + kernel - 1) * channels * sizeof(float);
        rowsPerTask = (int)Math.Clamp(BlockBytes / rowBytes - (kernel - 1), 1, h);
        bands = (h - 1) / rowsPerTask + 1;
        rowsPerTask = (h - 1) / bands + 1;
        imagesPerTask = bands > 1
            ? 1
            : (int)Math.Clamp(
                BlockBytes / ((h + kernel - 1) * rowBytes), 1, (images - 1) / (4 * threads) + 1);
    }

    /// <summary>How many tasks there are.</summary>
    public int Tasks => ((images - 1) / imagesPerTask + 1) * bands;

    /// <summary>Words of one worker's bordered pixels.</summary>
    public long BorderWords => (long)imagesPerTask * (rowsPerTask + kernel - 1) * RowWords;

    nint RowWords => (nint)(w + kernel - 1) * channels;

    public void Run(int task, int worker)
    {
        int n0 = task / bands * imagesPerTask, n1 = Math.Min(images, n0 + imagesPerTask);
        int y0 = task % bands * rowsPerTask, y1 = Math.Min(h, y0 + rowsPerTask);
        if (y0 >= y1) return;
        var bordered = borders + worker * (nint)BorderWords;
        for (var n = n0; n < n1; n++)
            Border(n, y0, y1, bordered + (n - n0) * (y1 - y0 + kernel - 1) * RowWords);
        var pixels = (n1 - n0) * (y1 - y0) * w;
        var first = (n0 * h + y0) * w;
        for (var panel = 0; panel < panels.Count; panel++)
        {
            var lanes = panels.Lanes(panel);
            if (lanes == 1) Tiles<One>(bordered, y1 - y0, first, pixels, panel);
            else if (lanes == 2) Tiles<Two>(bordered, y1 - y0, first, pixels, panel);
            else Tiles<Three>(bordered, y1 - y0, first, pixels, panel);
            end.Finish(y, first, pixels, panels.First(panel), panels.Columns(panel));
        }
    }

    #region conv-border
    /// <summary>Rows [y0, y1) of an image and all that their taps reach; zeros where no pixel is.</summary>
    void Border(int n, int y0, int y1, float* to)
    {
        var side = kernel / 2;
        for (var row = y0 - side; row < y1 + side; row++, to += RowWords)
        {
            if ((uint)row >= (uint)h)
            {
                new Span<float>(to, (int)RowWords).Clear();
                continue;
            }
            new Span<float>(to, side * channels).Clear();
            new Span<float>(to + (side + w) * channels, side * channels).Clear();
            var pixel = (n * h + row) * w;
            if (x.Stride == channels)
                new ReadOnlySpan<float>(x[pixel], w * channels).CopyTo(
                    new(to + side * channels, w * channels));
            else
                for (var i = 0; i < w; i++)
                    new ReadOnlySpan<float>(x[pixel + i], channels).CopyTo(
                        new(to + (side + i) * channels, channels));
        }
    }
    #endregion

    [MethodImpl(HotLoop.Options)]
    void Tiles<TCols>(float* bordered, int rows, int first, int pixels, int panel) where TCols : ISize
    {
        var at = stackalloc float*[8];
        var height = GemmTile.Rows<T>();
        int depth = kernel * channels, n0 = panels.First(panel), last = panels.Last(panel);
        var runs = Math.Clamp(ConvTile.MaxSteps / depth, 1, kernel);
        for (var run = 0; run < kernel; run += runs)
        {
            var some = Math.Min(runs, kernel - run);
            var b = weights + (nint)n0 * kernel * depth + (nint)run * depth * TCols.Value * T.Width;
            var pixel = bordered + run * RowWords;
            int px = 0, py = 0;
            for (var m = 0; m < pixels; m += height)
            {
                var count = Math.Min(height, pixels - m);
                for (var i = 0; i < 8; i++)
                {
                    at[i] = pixel;
                    if (i >= count) continue;
                    pixel += channels;
                    if (++px < w) continue;
                    pixel += (nint)(kernel - 1) * channels;
                    px = 0;
                    if (++py < rows) continue;
                    pixel += (kernel - 1) * RowWords;
                    py = 0;
                }
                for (var i = count; i < 8; i++) at[i] = at[0];
                var c = y[first + m] + n0;
                if (height == 8 && count > 4)
                    ConvTile<T, Eight, TCols>.Run(
                        at, RowWords, some, depth, b, 0, c, y.Stride, count, last, run == 0);
                else
                    ConvTile<T, Four, TCols>.Run(
                        at, RowWords, some, depth, b, 0, c, y.Stride, count, last, run == 0);
            }
        }
    }
}
