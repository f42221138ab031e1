using System.CommandLine;
using Hybrid.Devices;
using Hybrid.Devices.Host;

namespace Hybrid.Cli;

/// <summary><c>hybrid devices</c>: what this machine offers.</summary>
static class DevicesCommand
{
    public static Command Create()
    {
        var command = new Command("devices", "Say which devices this machine has.");
        command.SetAction(_ =>
        {
            foreach (var kind in new[] { DeviceKind.Cuda, DeviceKind.Host, DeviceKind.Simulator, DeviceKind.Ptx })
            {
                var name = kind.ToString().ToLowerInvariant();
                try
                {
                    using var device = DeviceChoice.Open(kind, threads: 0);
                    Console.WriteLine($"{name,-10} {device.Description}{Verdict(device)}");
                }
                catch (DeviceNotFoundException e)
                {
                    Console.WriteLine($"{name,-10} none: {e.Message}");
                }
            }
            return 0;
        });
        return command;
    }

    /// <summary>Whether a GPU's kernels give the host's bits here.</summary>
    static string Verdict(Device device)
    {
        if (device is HostDevice) return "";
        using var host = new HostDevice(threads: 1);
        return SelfTest.FirstDifference(device, host) is { } operation
            ? $" · differs from the host in {operation}"
            : " · gives the host's bits";
    }
}
