namespace Hybrid.Ptx;

/// <summary>What a profiler would count during one launch.</summary>
public sealed class Counters
{
    /// <summary>Instructions issued, once per warp.</summary>
    public long Instructions { get; internal set; }

    /// <summary>The same, once per thread that took part.</summary>
    public long ThreadInstructions { get; internal set; }

    /// <summary>Fused multiply-adds of floats, per thread.</summary>
    public long FusedSteps { get; internal set; }

    /// <summary>Loads from global memory, once per warp.</summary>
    public long GlobalLoads { get; internal set; }

    /// <summary>Stores to global memory, once per warp.</summary>
    public long GlobalStores { get; internal set; }

    /// <summary>Pieces of 32 bytes that loads asked for; four per load are the least for 4 bytes per thread.</summary>
    public long LoadSectors { get; internal set; }

    /// <summary>Pieces of 32 bytes that stores touched.</summary>
    public long StoreSectors { get; internal set; }

    /// <summary>Bytes of all sectors that were read at least once: traffic with a perfect cache.</summary>
    public long BytesRead { get; internal set; }

    /// <summary>Bytes of all sectors that were written at least once.</summary>
    public long BytesWritten { get; internal set; }

    /// <summary>Requests to shared memory, once per warp.</summary>
    public long SharedRequests { get; internal set; }

    /// <summary>Rounds that they took: a word of each bank in one.</summary>
    public long SharedRounds { get; internal set; }

    /// <summary>Rounds beyond the least: bank conflicts.</summary>
    public long BankConflicts { get; internal set; }

    /// <summary>Conditional branches, once per warp.</summary>
    public long Branches { get; internal set; }

    /// <summary>Those at which lanes parted.</summary>
    public long DivergentBranches { get; internal set; }

    /// <summary>Barriers, once per warp.</summary>
    public long Barriers { get; internal set; }

    /// <summary>Shuffles and votes, once per warp.</summary>
    public long Exchanges { get; internal set; }

    /// <summary>Products on tensor cores (<c>mma</c>), once per warp.</summary>
    public long MatrixSteps { get; internal set; }

    /// <summary>Sectors per load: 4 where 32 threads read 32 neighbouring floats.</summary>
    public double SectorsPerLoad => GlobalLoads == 0 ? 0 : (double)LoadSectors / GlobalLoads;

    /// <summary>Branches at which all lanes agreed, of all.</summary>
    public double BranchEfficiency => Branches == 0 ? 1 : 1 - (double)DivergentBranches / Branches;

    /// <summary>Lanes that took part, of 32.</summary>
    public double LaneEfficiency => Instructions == 0 ? 1 : ThreadInstructions / (32.0 * Instructions);
}
