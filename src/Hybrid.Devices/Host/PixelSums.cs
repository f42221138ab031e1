using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>What is added up over the pixels of a channel.</summary>
interface IPixelValue<T> where T : unmanaged, IVectorLane<T>
{
    /// <summary>Channels [c, c + count) of a row.</summary>
    T At(int row, int c, int count);
}

/// <summary>Sums over the pixels of an image, a lane of channels at a time, in the documented order.</summary>
static unsafe class PixelSums<T> where T : unmanaged, IVectorLane<T>
{
    #region pixel-sums
    /// <summary>sums[c] = Σ_p value(first + p, c): 32 partial sums of every channel, then the butterfly.</summary>
    public static void Sum<TValue>(TValue value, int first, int pixels, int channels, float* sums)
        where TValue : unmanaged, IPixelValue<T>
    {
        var partial = stackalloc float[PartialSums.Count * 16];
        for (var c = 0; c < channels; c += T.Width)
        {
            new Span<float>(partial, PartialSums.Count * T.Width).Clear();
            var count = Math.Min(T.Width, channels - c);
            if (count == T.Width) Add(value, first, pixels, c, partial);
            else AddPart(value, first, pixels, c, count, partial);
            var sum = Meet(partial);
            if (count == T.Width) T.Store(sum, sums + c);
            else T.StoreFirst(sum, sums + c, count);
        }
    }

    [MethodImpl(HotLoop.Options)]
    static void Add<TValue>(TValue value, int first, int pixels, int c, float* partial)
        where TValue : unmanaged, IPixelValue<T>
    {
        var own = value;
        for (var p = 0; p < pixels; p++)
        {
            var at = partial + p % PartialSums.Count * T.Width;
            T.Store(T.Load(at) + own.At(first + p, c, T.Width), at);
        }
    }
    #endregion

    [MethodImpl(HotLoop.Options)]
    static void AddPart<TValue>(TValue value, int first, int pixels, int c, int count, float* partial)
        where TValue : unmanaged, IPixelValue<T>
    {
        var own = value;
        for (var p = 0; p < pixels; p++)
        {
            var at = partial + p % PartialSums.Count * T.Width;
            T.Store(T.Load(at) + own.At(first + p, c, count), at);
        }
    }

    /// <summary>s[l] + s[l + 16], then 8, 4, 2, 1, of a lane of channels.</summary>
    static T Meet(float* partial)
    {
        for (var distance = PartialSums.Count / 2; distance > 0; distance /= 2)
            for (var l = 0; l < distance; l++)
                T.Store(
                    T.Load(partial + l * T.Width) + T.Load(partial + (l + distance) * T.Width),
                    partial + l * T.Width);
        return T.Load(partial);
    }
}

/// <summary>x itself.</summary>
readonly struct PlainValue<T>(View x) : IPixelValue<T> where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T At(int row, int c, int count) => x.Load<T>(row, c, count);
}
