using System.Runtime.InteropServices;

namespace Hybrid.Devices.Host;

/// <summary>The host's memory: native, so that it never moves and the collector never walks it.</summary>
public sealed unsafe class HostArena : Arena
{
    readonly List<nint> segments = [];

    /// <summary>The first word of a tensor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another arena's tensor, or this one is gone.</exception>
    public float* At(Tensor tensor) => (float*)segments[tensor.Segment] + tensor.Offset;

    internal View View(Tensor tensor) => new(At(tensor), tensor.Stride);

    protected override void AddSegment(long words)
    {
        float* segment;
        try
        {
            segment = LargePages.Allocate(words);
        }
        catch (OutOfMemoryException error)
        {
            throw new OutOfDeviceMemoryException("the host", words * sizeof(float), -1, error);
        }
        NativeMemory.Clear(segment, (nuint)words * sizeof(float));
        segments.Add((nint)segment);
    }

    public override void Dispose()
    {
        foreach (var segment in segments) LargePages.Free((float*)segment);
        segments.Clear();
    }
}
