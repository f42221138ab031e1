namespace Hybrid.Ptx;

/// <summary>A unit of a GPU's multiprocessor, or its share of memory.</summary>
public enum GpuUnit
{
    /// <summary>Schedulers: a warp's instruction each and cycle.</summary>
    Issue,

    /// <summary>The first cache: sectors of 32 bytes.</summary>
    L1,

    /// <summary>Shared memory: rounds of 32 words.</summary>
    Shared,

    /// <summary>Tensor cores: products of a warp.</summary>
    Tensor,

    /// <summary>Memory: bytes that must come or go once.</summary>
    Memory,
}

/// <summary>What the units of a GPU do at most in a cycle of one multiprocessor.</summary>
/// <param name="Gpu">Which.</param>
/// <param name="Instructions">Issued, for warps.</param>
/// <param name="Sectors">Of 32 bytes, by the first cache.</param>
/// <param name="SharedRounds">Of 32 words.</param>
/// <param name="MatrixSteps">Products m16n8k8 in tf32, or m16n8k16 in bf16.</param>
/// <param name="MemoryBytes">A multiprocessor's share.</param>
/// <param name="Multiprocessors">That share a launch's blocks.</param>
public sealed record GpuRates(
    string Gpu, double Instructions, double Sectors, double SharedRounds, double MatrixSteps, double MemoryBytes,
    int Multiprocessors)
{
    /// <summary>
    /// NVIDIA, <i>H100 Tensor Core GPU Architecture</i>, tables 2 and 3 (SXM5): 132 multiprocessors of four schedulers;
    /// 128 bytes a cycle from the first cache or shared memory; 494.7 Tflop/s in tf32 at 1.83 GHz, which is 1024 fused
    /// steps a cycle and multiprocessor, one m16n8k8; 3.35 TB/s of memory, 13.9 bytes a cycle and multiprocessor.
    /// </summary>
    public static GpuRates H100 { get; } = new("H100 SXM5", 4, 4, 1, 1, 13.9, 132);

    /// <summary>The cycles that each unit needs for what a launch counted, if it never waits.</summary>
    public double Cycles(GpuUnit unit, Counters counted) => unit switch
    {
        GpuUnit.Issue => counted.Instructions / Instructions,
        GpuUnit.L1 => (counted.LoadSectors + counted.StoreSectors) / Sectors,
        GpuUnit.Shared => counted.SharedRounds / SharedRounds,
        GpuUnit.Tensor => counted.MatrixSteps / MatrixSteps,
        GpuUnit.Memory => (counted.BytesRead + counted.BytesWritten) / MemoryBytes,
        _ => throw new ArgumentOutOfRangeException(nameof(unit)),
    };

    /// <summary>
    /// The unit that needs most, and its cycles: no launch is faster, on one multiprocessor, or on all of them where
    /// each has as much to do.
    /// </summary>
    /// <remarks>What latency adds, what waits for what, is not in it.</remarks>
    public (GpuUnit Unit, double Cycles) Limit(Counters counted)
    {
        var limit = (Unit: GpuUnit.Issue, Cycles: Cycles(GpuUnit.Issue, counted));
        foreach (var unit in Enum.GetValues<GpuUnit>())
            if (Cycles(unit, counted) is var cycles && cycles > limit.Cycles) limit = (unit, cycles);
        return limit;
    }

    /// <summary>
    /// The least cycles of a launch that has the GPU to itself: its blocks share as many multiprocessors as there are
    /// blocks, its bytes all of memory.
    /// </summary>
    public double Alone(Counters counted, long blocks)
    {
        var shared = Cycles(GpuUnit.Memory, counted) / Multiprocessors;
        var busy = Math.Min(blocks, Multiprocessors);
        foreach (var unit in Enum.GetValues<GpuUnit>())
            if (unit != GpuUnit.Memory) shared = Math.Max(shared, Cycles(unit, counted) / busy);
        return shared;
    }
}
