using System.Runtime.Intrinsics.X86;

namespace Hybrid.Devices.Host;

/// <summary>One rung of the host's ladder: how wide the registers are and how many cores work.</summary>
/// <param name="Name">What a table of measurements shows.</param>
/// <param name="Lanes">Floats per register.</param>
/// <param name="Threads">Cores.</param>
public sealed record HostRung(string Name, HostLanes Lanes, int Threads)
{
    /// <summary>A device that runs every operation on this rung.</summary>
    public HostDevice Open() => new(Threads, Lanes);

    public override string ToString() => Name;
}

/// <summary>Every operation from one float on one core to the widest lanes on all cores.</summary>
/// <remarks>
/// Each operation is written once; a rung is a choice of lane and of threads, and every rung gives the
/// same bits.
/// </remarks>
public static class HostLadder
{
    /// <summary>Slowest first; the last is the default device.</summary>
    public static IReadOnlyList<HostRung> Rungs { get; } = Build(Environment.ProcessorCount);

    static List<HostRung> Build(int threads)
    {
        List<HostRung> rungs = [new("scalar", HostLanes.F32, 1), new("4 lanes", HostLanes.F32x4, 1)];
        if (Avx2.IsSupported) rungs.Add(new("8 lanes", HostLanes.F32x8, 1));
        if (Avx512F.IsSupported) rungs.Add(new("16 lanes", HostLanes.F32x16, 1));
        if (threads > 1) rungs.Add(new($"{rungs[^1].Name} × {threads} threads", rungs[^1].Lanes, threads));
        return rungs;
    }
}
