using System.Runtime.InteropServices;

namespace Hybrid.Devices.Gpu.Cuda;

/// <summary>Named ranges in a profiler's time line, where NVIDIA's library for them is installed.</summary>
static unsafe class Nvtx
{
    /// <summary>CUDA 12 and older; CUDA 13.</summary>
    static readonly string[] Libraries = ["libnvToolsExt.so.1", "libnvtx3interop.so", "nvToolsExt64_1.dll"];

    static readonly delegate* unmanaged<byte*, int> PushName;
    static readonly delegate* unmanaged<int> PopName;

    static Nvtx()
    {
        foreach (var library in Libraries)
        {
            if (!NativeLibrary.TryLoad(library, out var handle)
                || !NativeLibrary.TryGetExport(handle, "nvtxRangePushA", out var push)
                || !NativeLibrary.TryGetExport(handle, "nvtxRangePop", out var pop))
                continue;
            PushName = (delegate* unmanaged<byte*, int>)push;
            PopName = (delegate* unmanaged<int>)pop;
            return;
        }
    }

    /// <param name="name">A UTF-8 literal: a 0 lies behind it.</param>
    public static void Push(ReadOnlySpan<byte> name)
    {
        if (PushName is null) return;
        fixed (byte* first = name) PushName(first);
    }

    public static void Pop()
    {
        if (PopName is not null) PopName();
    }
}
