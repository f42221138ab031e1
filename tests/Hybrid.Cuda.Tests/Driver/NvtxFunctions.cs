using System.Runtime.InteropServices;

namespace Hybrid.Cuda.Tests;

/// <summary>What a profiler would hear.</summary>
static unsafe class NvtxFunctions
{
    /// <summary>Names as ranges begin, and "end".</summary>
    public static List<string> Ranges { get; } = [];

    [UnmanagedCallersOnly]
    public static int nvtxRangePushA(byte* name)
    {
        if (RecordingDriver.Records) Ranges.Add(Marshal.PtrToStringUTF8((nint)name)!);
        return 0;
    }

    [UnmanagedCallersOnly]
    public static int nvtxRangePop()
    {
        if (RecordingDriver.Records) Ranges.Add("end");
        return 0;
    }
}
