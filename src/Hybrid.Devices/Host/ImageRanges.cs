using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Rows of half the size: each is made of two rows of pixels.</summary>
readonly struct DownsampleRange<T>(View x, float factor, View y, ImageShape shape) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(HotLoop.Options)]
    public void Run(int from, int to)
    {
        int width = shape.W / 2, channels = shape.C;
        for (var row = from; row < to; row++)
            for (var column = 0; column < width; column++)
            {
                int above = 2 * (row * shape.W + column), at = row * width + column, c = 0;
                for (; c <= channels - T.Width; c += T.Width) Mean(above, at, c, T.Width);
                if (c < channels) Mean(above, at, c, channels - c);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Mean(int above, int at, int c, int count)
    {
        var below = above + shape.W;
        var sum = x.Load<T>(above, c, count) + x.Load<T>(above + 1, c, count)
            + (x.Load<T>(below, c, count) + x.Load<T>(below + 1, c, count));
        y.Store(T.Broadcast(factor) * sum, at, c, count);
    }
}

/// <summary>Rows of half the size: each becomes two rows of pixels.</summary>
readonly struct UpsampleRange<T>(View x, float factor, View y, ImageShape shape) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(HotLoop.Options)]
    public void Run(int from, int to)
    {
        int width = shape.W / 2, channels = shape.C;
        for (var row = from; row < to; row++)
            for (var column = 0; column < width; column++)
            {
                int above = 2 * (row * shape.W + column), at = row * width + column, c = 0;
                for (; c <= channels - T.Width; c += T.Width) Spread(above, at, c, T.Width);
                if (c < channels) Spread(above, at, c, channels - c);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Spread(int above, int at, int c, int count)
    {
        var value = T.Broadcast(factor) * x.Load<T>(at, c, count);
        y.Store(value, above, c, count);
        y.Store(value, above + 1, c, count);
        y.Store(value, above + shape.W, c, count);
        y.Store(value, above + shape.W + 1, c, count);
    }
}

/// <summary>y += the image's row.</summary>
readonly struct AddPerImageRange<T>(View x, View y, int pixels, int channels) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(HotLoop.Options)]
    public void Run(int from, int to)
    {
        for (var n = from; n < to; n++)
            for (var row = n * pixels; row < (n + 1) * pixels; row++)
            {
                var c = 0;
                for (; c <= channels - T.Width; c += T.Width)
                    y.Store(y.Load<T>(row, c, T.Width) + x.Load<T>(n, c, T.Width), row, c, T.Width);
                if (c < channels)
                    y.Store(
                        y.Load<T>(row, c, channels - c) + x.Load<T>(n, c, channels - c), row, c, channels - c);
            }
    }
}

/// <summary>An image's row from its pixels.</summary>
readonly unsafe struct SumPerImageRange<T>(View x, View y, int pixels, int channels) : IRowRange
    where T : unmanaged, IVectorLane<T>
{
    public void Run(int from, int to)
    {
        using var partial = new ChannelLists(channels, PartialSums.Count);
        for (var n = from; n < to; n++)
            new PixelSums<T>(partial).Sum(new PlainValue<T>(x), n * pixels, pixels, channels, y[n]);
    }
}
