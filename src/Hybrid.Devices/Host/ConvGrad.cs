using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>
/// dw over some rows of pixels, as tasks: (tap, group of channels in, panel of channels out).
/// </summary>
/// <remarks>
/// The order of each sum is that of the pixels, so that workers share the weights, not the pixels: they all
/// go over the same rows, which stay in their caches for all taps, and then over the next ones.
/// </remarks>
/// <param name="shape">The convolution.</param>
/// <param name="x">Its input.</param>
/// <param name="dy">The adjoint of its output.</param>
/// <param name="dw">The gradient, [k·k·Ci, Co], of all rows before <paramref name="from"/>.</param>
/// <param name="groups">Groups of channels in.</param>
/// <param name="from">The first row of pixels, counted through all images.</param>
/// <param name="to">One past the last.</param>
readonly unsafe struct ConvGrad<T>(
    Conv2dShape shape, View x, View dy, View dw, int groups, int from, int to) : ICountedTasks
    where T : unmanaged, IVectorLane<T>
{
    /// <summary>Pixels of x and dy that stay in L2 for all taps.</summary>
    const int BlockBytes = 512 << 10;

    /// <summary>Those of dy that stay in L1 for the tiles of one tap.</summary>
    const int ChunkBytes = 24 << 10;

    readonly Panels panels = new(shape.Co, T.Width);

    public int Tasks => shape.Taps * groups * panels.Count;

    /// <summary>Rows of pixels to go over at a time.</summary>
    public static int BlockRows(in Conv2dShape shape) =>
        (int)Math.Clamp(BlockBytes / (4L * shape.W * (shape.Ci + shape.Co)), 1, 1 << 20);

    /// <summary>Into how many groups the channels in are cut, so that tasks are many.</summary>
    public static int Groups(in Conv2dShape shape, int threads)
    {
        var panels = new Panels(shape.Co, T.Width).Count;
        var tiles = (shape.Ci - 1) / GemmTile.Rows<T>() + 1;
        return threads == 1 ? 1 : Math.Clamp((8 * threads - 1) / (shape.Taps * panels) + 1, 1, tiles);
    }

    public void Run(int task, int worker)
    {
        int panel = task % panels.Count, group = task / panels.Count % groups;
        var tap = task / panels.Count / groups;
        var height = GemmTile.Rows<T>();
        var tiles = (shape.Ci - 1) / height + 1;
        int c0 = group * tiles / groups * height;
        var c1 = Math.Min(shape.Ci, (group + 1) * tiles / groups * height);
        var rowBytes = 4L * shape.W * panels.Lanes(panel) * T.Width;
        var step = (int)Math.Clamp(ChunkBytes / rowBytes, 1, to - from);
        for (var row = from; row < to; row += step)
        {
            var end = Math.Min(to, row + step);
            var lanes = panels.Lanes(panel);
            if (lanes == 1) Tiles<One>(tap, c0, c1, panel, row, end);
            else if (lanes == 2) Tiles<Two>(tap, c0, c1, panel, row, end);
            else Tiles<Three>(tap, c0, c1, panel, row, end);
        }
    }

    void Tiles<TCols>(int tap, int c0, int c1, int panel, int first, int end) where TCols : ISize
    {
        if (panels.Last(panel) == T.Width) Tiles<TCols, Whole>(tap, c0, c1, panel, first, end);
        else Tiles<TCols, Part>(tap, c0, c1, panel, first, end);
    }

    [MethodImpl(HotLoop.Options)]
    void Tiles<TCols, TLast>(int tap, int c0, int c1, int panel, int first, int end)
        where TCols : ISize
        where TLast : ILast
    {
        int down = tap / shape.Kernel - shape.Radius, right = tap % shape.Kernel - shape.Radius;
        int x0 = Math.Max(0, -right), pixels = Math.Max(0, shape.W - Math.Abs(right));
        int n0 = panels.First(panel), last = panels.Last(panel);
        for (var row = first; row < end;)
        {
            // Rows of one image whose tap lies in it.
            var y = row % shape.H;
            var image = row - y;
            int y0 = Math.Max(y, -down), y1 = Math.Min(Math.Min(shape.H, shape.H - down), end - image);
            var lines = Math.Max(0, y1 - y0);
            var begin = row == 0;
            var pixel = (image + y0) * shape.W + x0;
            row = image + shape.H;
            if ((lines == 0 || pixels == 0) && !begin) continue;
            var b = dy[pixel] + n0;
            for (var ci = c0; ci < c1;)
            {
                var a = x[pixel + down * shape.W + right] + ci;
                var c = dw[tap * shape.Ci + ci] + n0;
                if (GemmTile.Rows<T>() == 8 && c1 - ci >= 8)
                {
                    ConvGradTile<T, Eight, TCols, TLast>.Run(
                        a, x.Stride, b, dy.Stride, pixels == 0 ? 0 : lines, pixels, shape.W - pixels,
                        c, dw.Stride, 8, last, begin);
                    ci += 8;
                }
                else
                {
                    var rows = Math.Min(4, c1 - ci);
                    ConvGradTile<T, Four, TCols, TLast>.Run(
                        a, x.Stride, b, dy.Stride, pixels == 0 ? 0 : lines, pixels, shape.W - pixels,
                        c, dw.Stride, rows, last, begin);
                    ci += rows;
                }
            }
        }
    }
}
