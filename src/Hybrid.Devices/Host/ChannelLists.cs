using System.Runtime.InteropServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>So many lists of a number per channel, with room for a whole lane behind the last.</summary>
readonly unsafe struct ChannelLists : IDisposable
{
    const int Widest = 16;

    readonly float* words;
    readonly int padded;

    public ChannelLists(int channels, int lists)
    {
        padded = (channels + Widest - 1) / Widest * Widest;
        var bytes = (nuint)padded * (nuint)lists * sizeof(float);
        words = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(words, bytes);
    }

    public float* this[int list] => words + (nint)list * padded;

    /// <summary>Zeros in the first lists.</summary>
    public void Clear(int lists) => NativeMemory.Clear(words, (nuint)padded * (nuint)lists * sizeof(float));

    /// <summary>A list from a vector, whose elements may lie apart.</summary>
    public float* Of(int list, View vector, int channels)
    {
        var to = this[list];
        for (var c = 0; c < channels; c++) to[c] = *vector[c];
        return to;
    }

    /// <summary>A number per group as a number per channel.</summary>
    public float* Spread(int list, float* groups, in GroupShape shape)
    {
        var to = this[list];
        for (var c = 0; c < shape.C; c++) to[c] = groups[c / shape.Channels];
        return to;
    }

    public void Dispose() => NativeMemory.AlignedFree(words);
}
