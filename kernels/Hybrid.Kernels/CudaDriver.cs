using System.Runtime.InteropServices;

namespace Hybrid.Kernels;

/// <summary>The CUDA driver's library, asked for without ILGPU.</summary>
public static class CudaDriver
{
    /// <summary>
    /// Linux installs the driver as libcuda.so.1; libcuda.so comes with the toolkit.
    /// </summary>
    const string Name = "libcuda.so.1";

    /// <summary>
    /// Whether the machine has one; a driver may still find no device. Windows is not
    /// asked.
    /// </summary>
    public static bool IsInstalled => OperatingSystem.IsWindows() || TryLoad(out _);

    internal static bool TryLoad(out nint handle) => NativeLibrary.TryLoad(Name, out handle);
}
