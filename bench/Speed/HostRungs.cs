using System.Runtime.Intrinsics.X86;
using Hybrid.Devices.Host;

namespace Hybrid.Bench;

/// <summary>The host device's ladder: wider registers, then more threads; no rung changes a bit.</summary>
static class HostRungs
{
    /// <summary>The rungs that this CPU has, slowest first.</summary>
    public static IReadOnlyList<SpeedRung> Of(MachineFacts machine)
    {
        List<HostLanes> lanes = [HostLanes.F32];
        lanes.Add(Avx2.IsSupported ? HostLanes.F32x8 : HostLanes.F32x4);
        if (Avx512F.IsSupported) lanes.Add(HostLanes.F32x16);
        List<SpeedRung> rungs = [.. lanes.Select(lane => Rung(lane, 1))];
        if (machine.Threads > 1) rungs.Add(Rung(lanes[^1], machine.Threads));
        return rungs;
    }

    static SpeedRung Rung(HostLanes lanes, int threads) => new(
        $"{lanes} × {threads} thread{(threads == 1 ? "" : "s")}", () => new HostDevice(threads, lanes));
}
