using Hybrid.Devices;
using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Training;

namespace Hybrid.Bench.Exactness;

/// <summary>Where an experiment's models are trained.</summary>
static class ExactnessDevice
{
    /// <summary>The device that would be opened.</summary>
    public static string Describe(Func<Device> open)
    {
        using var device = open();
        return device.Description;
    }

    /// <summary>What opens the device of that name; the host's where it is null.</summary>
    /// <exception cref="UserError">No such device, or none here.</exception>
    public static Func<Device> Of(string? name)
    {
        switch (name)
        {
            case null or "host":
                return () => new HostDevice();
            case "cuda":
                if (!GpuDevice.TryCuda(out var gpu, out var reason))
                    throw new UserError("--device cuda", reason, "use --device host");
                gpu.Dispose();
                return GpuLadders.Open;
            default:
                throw new UserError($"--device {name}", "is unknown", "give host or cuda");
        }
    }
}
