using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Kernels;

namespace Hybrid.Devices;

/// <summary>The devices one can ask for by name.</summary>
public enum DeviceKind
{
    /// <summary>A GPU if there is one that gives the host's bits (<see cref="SelfTest"/>), else the host.</summary>
    Auto,

    /// <summary>An NVIDIA GPU through ILGPU.</summary>
    Cuda,

    /// <summary>The CPU's SIMD lanes.</summary>
    Host,

    /// <summary>The GPU kernels on ILGPU's simulator: for correctness at tiny sizes.</summary>
    Simulator,

    /// <summary>The GPU kernels' PTX on an interpreter: for correctness at tiny sizes.</summary>
    Ptx,
}

/// <summary>There is no such device on this machine; the message says why, in one line.</summary>
public sealed class DeviceNotFoundException(string reason) : Exception(reason);

/// <summary>The device has no instructions for a precision; the message says why, in one line.</summary>
public sealed class PrecisionNotFoundException(string reason) : Exception(reason);

/// <summary>Opens devices by name.</summary>
public static class DeviceChoice
{
    /// <param name="kind">Which.</param>
    /// <param name="threads">Threads of the host device; 0 for all processors.</param>
    /// <param name="warn">Told, in one line, of a GPU that was found and not used.</param>
    /// <param name="precision">Of products; the host has only the exact one.</param>
    /// <exception cref="DeviceNotFoundException">This machine has none.</exception>
    /// <exception cref="PrecisionNotFoundException">The device has not that precision.</exception>
    public static Device Open(
        DeviceKind kind, int threads, Action<string>? warn = null, Precision precision = Precision.Fp32)
    {
        var device = Open(kind, threads, warn);
        if (precision == Precision.Fp32) return device;
        if (device is not HostDevice) return GpuChoice.With(device, precision);
        device.Dispose();
        throw new PrecisionNotFoundException("the host has no tensor cores; it computes in fp32");
    }

    static Device Open(DeviceKind kind, int threads, Action<string>? warn) => kind switch
    {
        DeviceKind.Simulator => GpuChoice.Simulator(),
        DeviceKind.Ptx => GpuChoice.Ptx(),
        DeviceKind.Cuda => GpuChoice.Cuda(),
        // Without a driver ILGPU is not even loaded: a host-only run starts faster.
        DeviceKind.Auto when CudaDriver.IsInstalled && GpuChoice.Proven(warn) is { } gpu => gpu,
        _ => new HostDevice(threads),
    };
}
