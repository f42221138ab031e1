using Hybrid.Devices.Gpu.Cuda;

namespace Hybrid.Devices;

/// <summary>A range that ends when it is disposed; the default one does nothing.</summary>
public readonly ref struct ProfilerRange
{
    readonly bool pushed;

    internal ProfilerRange(ReadOnlySpan<byte> name)
    {
        Nvtx.Push(name);
        pushed = true;
    }

    public void Dispose()
    {
        if (pushed) Nvtx.Pop();
    }
}
