using Hybrid.Devices.Gpu.Cuda;
using Hybrid.Kernels;
using ILGPU.Runtime.Cuda;

namespace Hybrid.Devices.Gpu;

/// <summary>Why a machine's driver or GPU cannot be used, before ILGPU is asked.</summary>
static class CudaProbe
{
    /// <summary>Volta: the first whose threads of a warp have program counters of their own.</summary>
    const int OldestMajor = 7;

    const int NoDevice = 100, DriverMismatch = 803, DriverTooOld = 35;

    /// <summary>The driver's state, in one line; null where it starts.</summary>
    public static string? Driver()
    {
        if (!CudaDriver.IsInstalled) return $"no CUDA driver ({CudaDriver.Name}) here";
        try
        {
            return CudaApi.Init(0) switch
            {
                0 => null,
                NoDevice => "the CUDA driver finds no device (see nvidia-smi)",
                DriverMismatch or DriverTooOld =>
                    "the CUDA driver's library and its kernel module do not match; restart, or install it again",
                var code => $"the CUDA driver does not start: {CudaApi.Explain(code)}",
            };
        }
        catch (EntryPointNotFoundException)
        {
            return $"{CudaDriver.Name} is not a CUDA driver";
        }
    }

    /// <summary>Why a device is too old; null where it is not.</summary>
    public static string? Device(CudaDevice device) => device.Architecture switch
    {
        null => $"{device.Name} is of a kind that ILGPU does not know",
        { } found when found.Major < OldestMajor =>
            $"{device.Name} has compute capability {found.Major}.{found.Minor}, and these kernels need {OldestMajor}.0",
        _ => null,
    };
}
