using System.Runtime.InteropServices;
using static Hybrid.Cuda.Tests.RecordingDriver;

namespace Hybrid.Cuda.Tests;

/// <summary>Devices, contexts, memory, streams and events, as ILGPU asks for them.</summary>
static unsafe partial class DriverFunctions
{
    const long Total = 80L << 30;

    [UnmanagedCallersOnly]
    public static int cuDeviceGetCount(int* count)
    {
        *count = 1;
        return Begin(nameof(cuDeviceGetCount));
    }

    [UnmanagedCallersOnly]
    public static int cuDeviceGet(int* device, int ordinal)
    {
        *device = ordinal;
        return Begin(nameof(cuDeviceGet));
    }

    [UnmanagedCallersOnly]
    public static int cuDeviceGetName(byte* name, int length, int device)
    {
        "Recording GPU\0"u8.CopyTo(new(name, length));
        return Begin(nameof(cuDeviceGetName));
    }

    [UnmanagedCallersOnly]
    public static int cuDeviceTotalMem_v2(long* bytes, int device)
    {
        *bytes = Total;
        return Begin(nameof(cuDeviceTotalMem_v2));
    }

    /// <summary>CUdevice_attribute; 1 for those that nobody looks at.</summary>
    [UnmanagedCallersOnly]
    public static int cuDeviceGetAttribute(int* value, int attribute, int device)
    {
        *value = attribute switch
        {
            1 or 2 or 3 => 1024,
            4 => 64,
            5 => int.MaxValue,
            6 or 7 or 12 or 82 => 65536,
            8 => 49152,
            10 => 32,
            16 => 132,
            39 => 2048,
            75 => Capability.Major,
            76 => Capability.Minor,
            81 => 233472,
            _ => 1,
        };
        return Begin(nameof(cuDeviceGetAttribute));
    }

    [UnmanagedCallersOnly]
    public static int cuCtxCreate_v2(nint* context, uint flags, int device)
    {
        *context = NewHandle();
        return Begin(nameof(cuCtxCreate_v2));
    }

    [UnmanagedCallersOnly]
    public static int cuCtxDestroy_v2(nint context) => Begin(nameof(cuCtxDestroy_v2));

    [UnmanagedCallersOnly]
    public static int cuCtxSetCurrent(nint context) => Begin(nameof(cuCtxSetCurrent));

    [UnmanagedCallersOnly]
    public static int cuCtxSynchronize() => Begin(nameof(cuCtxSynchronize));

    [UnmanagedCallersOnly]
    public static int cuCtxGetCacheConfig(int* config)
    {
        *config = 0;
        return Success;
    }

    [UnmanagedCallersOnly]
    public static int cuCtxSetCacheConfig(int config) => Success;

    [UnmanagedCallersOnly]
    public static int cuCtxGetSharedMemConfig(int* config)
    {
        *config = 1;
        return Success;
    }

    [UnmanagedCallersOnly]
    public static int cuCtxSetSharedMemConfig(int config) => Success;

    [UnmanagedCallersOnly]
    public static int cuMemGetInfo_v2(long* free, long* total)
    {
        (*free, *total) = (Free, Total);
        return Begin(nameof(cuMemGetInfo_v2));
    }

    [UnmanagedCallersOnly]
    public static int cuMemAlloc_v2(nint* address, nint bytes) =>
        Begin(nameof(cuMemAlloc_v2), $"{bytes}") is not 0 and var code ? code : Allocate(address, bytes);

    [UnmanagedCallersOnly]
    public static int cuMemFree_v2(nint address)
    {
        var code = Begin(nameof(cuMemFree_v2));
        if (code == 0) Release(address);
        return code;
    }

    [UnmanagedCallersOnly]
    public static int cuMemcpyAsync(nint to, nint from, nint bytes, nint stream)
    {
        var code = Begin(nameof(cuMemcpyAsync), $"{bytes}", stream);
        if (code == 0) Buffer.MemoryCopy((void*)from, (void*)to, bytes, bytes);
        return code;
    }

    [UnmanagedCallersOnly]
    public static int cuMemsetD8Async(nint to, byte value, nint bytes, nint stream)
    {
        var code = Begin(nameof(cuMemsetD8Async), $"{bytes}", stream);
        if (code == 0) NativeMemory.Fill((void*)to, (nuint)bytes, value);
        return code;
    }

    [UnmanagedCallersOnly]
    public static int cuStreamCreate(nint* stream, uint flags)
    {
        *stream = NewHandle();
        return Begin(nameof(cuStreamCreate));
    }

    [UnmanagedCallersOnly]
    public static int cuStreamDestroy_v2(nint stream) => Begin(nameof(cuStreamDestroy_v2));

    [UnmanagedCallersOnly]
    public static int cuStreamSynchronize(nint stream) => Begin(nameof(cuStreamSynchronize), "", stream);

    [UnmanagedCallersOnly]
    public static int cuEventCreate(nint* made, uint flags)
    {
        *made = NewHandle();
        return Begin(nameof(cuEventCreate));
    }

    [UnmanagedCallersOnly]
    public static int cuEventDestroy_v2(nint old) => Begin(nameof(cuEventDestroy_v2));

    [UnmanagedCallersOnly]
    public static int cuEventRecord(nint @event, nint stream) => Begin(nameof(cuEventRecord), "", stream);

    [UnmanagedCallersOnly]
    public static int cuEventSynchronize(nint @event) => Begin(nameof(cuEventSynchronize));

    [UnmanagedCallersOnly]
    public static int cuEventQuery(nint @event) => Begin(nameof(cuEventQuery));

    [UnmanagedCallersOnly]
    public static int cuEventElapsedTime(float* milliseconds, nint start, nint end)
    {
        *milliseconds = 1;
        return Begin(nameof(cuEventElapsedTime));
    }
}
