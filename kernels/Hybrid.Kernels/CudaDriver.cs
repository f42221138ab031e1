using System.Runtime.InteropServices;

namespace Hybrid.Kernels;

/// <summary>The CUDA driver's library, asked for without ILGPU.</summary>
public static class CudaDriver
{
    /// <summary>
    /// Linux installs the driver as libcuda.so.1; libcuda.so comes with the toolkit.
    /// </summary>
    public static string Name { get; } =
        OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>Whether the machine has one; a driver may still find no device.</summary>
    public static bool IsInstalled => TryLoad(out _);

    /// <summary>The library's handle, for imports that are resolved by hand.</summary>
    public static bool TryLoad(out nint handle) => NativeLibrary.TryLoad(Name, out handle);
}
