using System.Runtime.CompilerServices;
using Hybrid.Devices.Host;
using ILGPU.Runtime;

namespace Hybrid.Devices.Gpu;

/// <summary>Opens GPUs, and what stands in for one.</summary>
/// <remarks>
/// ILGPU is loaded when the first of these methods is compiled, so they stand apart and are not inlined: a
/// run on the host starts without it.
/// </remarks>
static class GpuChoice
{
    /// <summary>A GPU that gives the host's bits; null where there is none.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Device? Proven(Action<string>? warn)
    {
        if (!GpuDevice.TryCuda(out var gpu, out var reason))
        {
            warn?.Invoke($"{reason}; the host computes");
            return null;
        }
        using var host = new HostDevice(1);
        string? difference;
        try
        {
            difference = SelfTest.FirstDifference(gpu, host);
        }
        catch (Exception e) when (e is DeviceFault or AcceleratorException)
        {
            difference = e.Message.ReplaceLineEndings(" ");
        }
        if (difference is null) return gpu;
        warn?.Invoke($"{gpu.Description} failed its self-test ({difference}) and is left out");
        gpu.Dispose();
        return null;
    }

    /// <exception cref="DeviceNotFoundException">This machine has none.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Device Cuda() =>
        GpuDevice.TryCuda(out var gpu, out var reason) ? gpu : throw new DeviceNotFoundException(reason);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Device Simulator() => GpuDevice.Simulator();

    /// <exception cref="PrecisionNotFoundException">The device has no such instructions.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Device With(Device device, Precision precision)
    {
        var gpu = (GpuDevice)device;
        if (!gpu.Has(precision))
        {
            device.Dispose();
            throw new PrecisionNotFoundException(
                $"{gpu.Description} has no tensor cores for it: compute capability 8.0 is needed");
        }
        gpu.Precision = precision;
        return gpu;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Device Ptx() => GpuDevice.Ptx();
}
