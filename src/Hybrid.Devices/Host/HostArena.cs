using System.Runtime.InteropServices;

namespace Hybrid.Devices.Host;

/// <summary>The host's memory: native, so that it never moves and the collector never walks it.</summary>
public sealed unsafe class HostArena : Arena
{
    const nuint Alignment = 64;

    readonly List<nint> segments = [];

    /// <summary>The first word of a tensor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another arena's tensor, or this one is gone.</exception>
    public float* At(Tensor tensor) => (float*)segments[tensor.Segment] + tensor.Offset;

    internal View View(Tensor tensor) => new(At(tensor), tensor.Stride);

    protected override void AddSegment(long words)
    {
        var bytes = checked((nuint)words * sizeof(float));
        var segment = NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(segment, bytes);
        segments.Add((nint)segment);
    }

    public override void Dispose()
    {
        foreach (var segment in segments) NativeMemory.AlignedFree((void*)segment);
        segments.Clear();
    }
}
