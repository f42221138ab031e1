using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>What limits a measurement: copying or arithmetic.</summary>
public enum CeilingKind
{
    /// <summary>Buffers far larger than the last cache; GB/s, read + written.</summary>
    CopyMemory,

    /// <summary>Buffers that fit in the cores' own caches; GB/s, read + written.</summary>
    CopyCache,

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

/// <summary>The roofline (Williams, Waterman, Patterson 2009): no operation is faster than its ceilings.</summary>
/// <param name="CopyMemory">GB/s beyond the caches.</param>
/// <param name="CopyCache">GB/s within the cores' own caches.</param>
/// <param name="Fma">GFLOP/s.</param>
/// <param name="CacheBytes">Data of at most so many bytes stay in the cores' own caches.</param>
public sealed record Roofline(double CopyMemory, double CopyCache, double Fma, long CacheBytes)
{
    /// <summary>The highest ceiling of each kind: the whole machine, whatever a rung uses of it.</summary>
    /// <exception cref="InvalidOperationException">A kind was not measured.</exception>
    public static Roofline Of(IReadOnlyList<Ceiling> ceilings, MachineFacts machine)
    {
        return new(Highest(CeilingKind.CopyMemory), Highest(CeilingKind.CopyCache), Highest(CeilingKind.Fma),
            machine.L2Bytes * machine.Threads);

        double Highest(CeilingKind kind) =>
            ceilings.Where(ceiling => ceiling.Kind == kind).Max(ceiling => ceiling.Best);
    }

    /// <summary>Whether one launch's data stay in the cores' own caches from call to call.</summary>
    public bool FitsCache(Cost cost) => cost.BytesRead + cost.BytesWritten <= CacheBytes;

    /// <summary>The least seconds a launch can take: its bytes copied, or its flops done, whichever is longer.</summary>
    public double Bound(Cost cost)
    {
        var copy = FitsCache(cost) ? CopyCache : CopyMemory;
        return Math.Max((cost.BytesRead + cost.BytesWritten) / (copy * 1e9), cost.Flops / (Fma * 1e9));
    }

    /// <summary>How near a measured time comes to the bound: 1 is the roof.</summary>
    public double Fraction(Cost cost, double seconds) => Bound(cost) / seconds;
}
