using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>What is added up over the pixels of a channel.</summary>
interface IPixelValue<T> where T : unmanaged, IVectorLane<T>
{
    /// <summary>Channels [c, c + count) of a row.</summary>
    T At(int row, int c, int count);
}

/// <summary>Two numbers of a pixel, each added up over a channel's pixels.</summary>
interface IPixelPair<T> where T : unmanaged, IVectorLane<T>
{
    /// <summary>Channels [c, c + count) of a row.</summary>
    void At(int row, int c, int count, out T first, out T second);
}

/// <summary>Sums over the pixels of an image in the documented order, a pixel's channels at a time.</summary>
/// <remarks>
/// The 32 partial sums are rows as well, a number per channel each: memory is read as it lies. A walk per lane of
/// channels fetches every row as often as it has lanes, and took half as long again for group norm's adjoints.
/// </remarks>
/// <param name="partial">A list for each partial sum.</param>
readonly unsafe struct PixelSums<T>(ChannelLists partial) where T : unmanaged, IVectorLane<T>
{
    /// <summary>sums[c] = Σ_p value(first + p, c): 32 partial sums of every channel, then the butterfly.</summary>
    public void Sum<TValue>(TValue value, int first, int pixels, int channels, float* sums)
        where TValue : unmanaged, IPixelValue<T>
    {
        partial.Clear(PartialSums.Count);
        Add(value, first, pixels, channels);
        Meet(0, channels, sums);
    }

    /// <summary>Two such sums in one walk; needs twice as many lists.</summary>
    public void SumBoth<TPair>(TPair pair, int first, int pixels, int channels, float* sums, float* others)
        where TPair : unmanaged, IPixelPair<T>
    {
        partial.Clear(2 * PartialSums.Count);
        AddBoth(pair, first, pixels, channels);
        Meet(0, channels, sums);
        Meet(PartialSums.Count, channels, others);
    }

    #region pixel-sums
    [MethodImpl(HotLoop.Options)]
    void Add<TValue>(TValue value, int first, int pixels, int channels)
        where TValue : unmanaged, IPixelValue<T>
    {
        var own = value;
        for (var p = 0; p < pixels; p++)
        {
            var sums = partial[p % PartialSums.Count];
            var c = 0;
            for (; c <= channels - T.Width; c += T.Width)
                T.Store(T.Load(sums + c) + own.At(first + p, c, T.Width), sums + c);
            // Behind a list's last channel there is room for a lane, which nobody reads.
            if (c < channels) T.Store(T.Load(sums + c) + own.At(first + p, c, channels - c), sums + c);
        }
    }
    #endregion

    [MethodImpl(HotLoop.Options)]
    void AddBoth<TPair>(TPair pair, int first, int pixels, int channels) where TPair : unmanaged, IPixelPair<T>
    {
        var own = pair;
        for (var p = 0; p < pixels; p++)
        {
            var l = p % PartialSums.Count;
            float* sums = partial[l], others = partial[l + PartialSums.Count];
            for (var c = 0; c < channels; c += T.Width)
            {
                T a, b;
                if (c <= channels - T.Width) own.At(first + p, c, T.Width, out a, out b);
                else own.At(first + p, c, channels - c, out a, out b);
                T.Store(T.Load(sums + c) + a, sums + c);
                T.Store(T.Load(others + c) + b, others + c);
            }
        }
    }

    /// <summary>s[l] + s[l + 16], then 8, 4, 2, 1, of every channel.</summary>
    void Meet(int list, int channels, float* to)
    {
        for (var distance = PartialSums.Count / 2; distance > 0; distance /= 2)
            for (var l = 0; l < distance; l++)
            {
                float* sums = partial[list + l], others = partial[list + l + distance];
                for (var c = 0; c < channels; c += T.Width)
                    T.Store(T.Load(sums + c) + T.Load(others + c), sums + c);
            }
        new ReadOnlySpan<float>(partial[list], channels).CopyTo(new(to, channels));
    }
}

/// <summary>x itself.</summary>
readonly struct PlainValue<T>(View x) : IPixelValue<T> where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T At(int row, int c, int count) => x.Load<T>(row, c, count);
}
