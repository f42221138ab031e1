using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Kernels;

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
        DeviceKind.Simulator => GpuDevice.Simulator(),
        DeviceKind.Cuda => Cuda(),
        // Without a driver ILGPU is not even loaded: a host-only run starts faster.
        DeviceKind.Auto when KernelContext.HasCudaDriver && GpuDevice.TryCuda(out var gpu, out _) => gpu,
        _ => new HostDevice(threads),
    };

    static GpuDevice Cuda() =>
        GpuDevice.TryCuda(out var gpu, out var reason) ? gpu : throw new DeviceNotFoundException(reason);
}
