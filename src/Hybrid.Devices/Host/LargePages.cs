using System.Runtime.InteropServices;

namespace Hybrid.Devices.Host;

/// <summary>Native memory; what is large lies on 2 MiB pages where the system has them.</summary>
/// <remarks>
/// A product that walks down 16 MiB in columns touches 4096 pages of 4 KiB, more than a core remembers
/// addresses of; of 2 MiB pages it touches 8. Linux gives them to who asks (madvise), and nothing depends on
/// whether it does.
/// </remarks>
static unsafe partial class LargePages
{
    const nuint PageBytes = 2 << 20;

    /// <summary>A cache line.</summary>
    const nuint Alignment = 64;

    const int AdviseHugePage = 14;

    /// <exception cref="OutOfMemoryException">There is no room.</exception>
    public static float* Allocate(long words)
    {
        var bytes = checked((nuint)words * sizeof(float));
        if (bytes < PageBytes || !OperatingSystem.IsLinux())
            return (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        bytes = (bytes + PageBytes - 1) / PageBytes * PageBytes;
        var memory = NativeMemory.AlignedAlloc(bytes, PageBytes);
        // A system without large pages refuses; the memory is as good as before.
        _ = Advise(memory, bytes, AdviseHugePage);
        return (float*)memory;
    }

    public static void Free(float* memory) => NativeMemory.AlignedFree(memory);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* memory, nuint bytes, int advice);
}
