using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;

namespace Hybrid.Devices;

/// <summary>The devices one can ask for by name.</summary>
public enum DeviceKind
{
    /// <summary>A GPU if there is one, else the host.</summary>
    Auto,

    /// <summary>An NVIDIA GPU through ILGPU.</summary>
    Cuda,

    /// <summary>The CPU's SIMD lanes.</summary>
    Host,

    /// <summary>The GPU kernels on ILGPU's simulator: for correctness at tiny sizes.</summary>
    Simulator,
}

/// <summary>There is no such device on this machine; the message says why, in one line.</summary>
public sealed class DeviceNotFoundException(string reason) : Exception(reason);

/// <summary>Opens devices by name.</summary>
public static class DeviceChoice
{
    /// <param name="kind">Which.</param>
    /// <param name="threads">Threads of the host device; 0 for all processors.</param>
    /// <exception cref="DeviceNotFoundException">This machine has none.</exception>
    public static Device Open(DeviceKind kind, int threads) => kind switch
    {
        DeviceKind.Auto => GpuDevice.TryCuda(out var gpu, out _) ? gpu : new HostDevice(threads),
        DeviceKind.Cuda => GpuDevice.TryCuda(out var gpu, out var reason)
            ? gpu
            : throw new DeviceNotFoundException(reason),
        DeviceKind.Simulator => GpuDevice.Simulator(),
        _ => new HostDevice(threads),
    };
}
