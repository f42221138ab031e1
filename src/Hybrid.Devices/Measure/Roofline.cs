using Hybrid.Kernels;

namespace Hybrid.Devices.Measure;

/// <summary>What limits a measurement: copying from some level of memory, or arithmetic.</summary>
public enum CeilingKind
{
    /// <summary>Buffers that fit in the cores' own caches; GB/s, read + written.</summary>
    L2,

    /// <summary>Buffers that fit in the shared cache; GB/s, read + written.</summary>
    L3,

    /// <summary>Buffers far larger than any cache; GB/s, read + written.</summary>
    Memory,

    /// <summary>Fused multiply-adds, 2 each; GFLOP/s.</summary>
    Fma,
}

/// <summary>One measured limit of this machine.</summary>
/// <param name="Name">What ran, with its threads.</param>
/// <param name="Kind">What it limits.</param>
/// <param name="Threads">Threads that ran it.</param>
/// <param name="Rate">GB/s or GFLOP/s.</param>
/// <param name="Best">The best repetition: the ceiling.</param>
public sealed record Ceiling(string Name, CeilingKind Kind, int Threads, Spread Rate, double Best)
{
    public string Unit => Kind == CeilingKind.Fma ? "GFLOP/s" : "GB/s";
}

/// <summary>The roofline (Williams, Waterman, Patterson 2009): nothing is faster than its ceilings.</summary>
/// <param name="L2">GB/s within the cores' own caches.</param>
/// <param name="L3">GB/s within the shared cache.</param>
/// <param name="Memory">GB/s beyond the caches.</param>
/// <param name="Fma">GFLOP/s.</param>
/// <param name="L2Bytes">Data of at most so many bytes stay in the cores' own caches.</param>
/// <param name="L3Bytes">Data of at most so many bytes stay in the shared cache.</param>
public sealed record Roofline(double L2, double L3, double Memory, double Fma, long L2Bytes, long L3Bytes)
{
    /// <summary>The highest ceiling of each kind: the whole machine, whatever a rung uses of it.</summary>
    /// <exception cref="InvalidOperationException">A kind was not measured.</exception>
    public static Roofline Of(IReadOnlyList<Ceiling> ceilings, MachineFacts machine)
    {
        return new(
            Highest(CeilingKind.L2), Highest(CeilingKind.L3), Highest(CeilingKind.Memory),
            Highest(CeilingKind.Fma), machine.L2Bytes * machine.Threads, machine.L3Bytes);

        double Highest(CeilingKind kind) =>
            ceilings.Where(ceiling => ceiling.Kind == kind).Max(ceiling => ceiling.Best);
    }

    /// <summary>Where the data of a launch lie when it is called again and again.</summary>
    public CeilingKind Level(Cost cost) =>
        Bytes(cost) <= L2Bytes ? CeilingKind.L2
        : Bytes(cost) <= L3Bytes ? CeilingKind.L3 : CeilingKind.Memory;

    /// <summary>The least seconds a launch can take: those of its bytes or those of its flops.</summary>
    public double Bound(Cost cost)
    {
        var copy = Level(cost) switch
        {
            CeilingKind.L2 => L2,
            CeilingKind.L3 => L3,
            _ => Memory,
        };
        return Math.Max(Bytes(cost) / (copy * 1e9), cost.Flops / (Fma * 1e9));
    }

    /// <summary>How near a measured time comes to the bound: 1 is the roof.</summary>
    public double Fraction(Cost cost, double seconds) => Bound(cost) / seconds;

    /// <summary>Read + written.</summary>
    public static long Bytes(Cost cost) => cost.BytesRead + cost.BytesWritten;
}
