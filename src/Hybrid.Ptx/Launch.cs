namespace Hybrid.Ptx;

/// <summary>Three sizes: of a grid in blocks or of a block in threads.</summary>
public readonly record struct Size(int X, int Y = 1, int Z = 1)
{
    public int Count => checked(X * Y * Z);
}

/// <summary>One run of a kernel: its grid, its arguments, and what was counted.</summary>
public sealed class Launch
{
    /// <summary>Warp instructions after which a launch that does not end is a fault.</summary>
    public const long DefaultLimit = 2_000_000_000;

    internal byte[] Arguments { get; }

    internal GlobalMemory Memory { get; }

    internal Size Grid { get; }

    internal Size BlockSize { get; }

    internal HashSet<ulong> SectorsRead { get; } = [];

    internal HashSet<ulong> SectorsWritten { get; } = [];

    public Counters Counters { get; } = new();

    Launch(Size grid, Size block, ReadOnlySpan<byte> arguments, GlobalMemory memory)
    {
        (Grid, BlockSize, Memory) = (grid, block, memory);
        Arguments = arguments.ToArray();
    }

    /// <summary>Runs a kernel, block after block.</summary>
    /// <param name="program">What runs.</param>
    /// <param name="grid">Blocks.</param>
    /// <param name="block">Threads per block; at most 1024.</param>
    /// <param name="arguments">The bytes of its parameters, each at its alignment.</param>
    /// <param name="memory">What it may reach.</param>
    /// <param name="dynamicShared">Bytes of shared memory beyond what the text declares.</param>
    /// <param name="limit">Warp instructions that it may take in all.</param>
    /// <exception cref="PtxFault">It did something wrong.</exception>
    /// <exception cref="ArgumentException">Sizes or arguments that no GPU would launch.</exception>
    public static Counters Run(
        Program program, Size grid, Size block, ReadOnlySpan<byte> arguments, GlobalMemory memory,
        int dynamicShared = 0, long limit = DefaultLimit)
    {
        if (grid.X < 1 || grid.Y is < 1 or > 65535 || grid.Z is < 1 or > 65535)
            throw new ArgumentException($"No GPU launches a grid of {grid}.", nameof(grid));
        if (block.X < 1 || block.Y < 1 || block.Z is < 1 or > 64 || block.Count > 1024)
            throw new ArgumentException($"No GPU launches a block of {block}: 1024 threads at most.", nameof(block));
        if (arguments.Length < program.ArgumentBytes)
            throw new ArgumentException(
                $"{program.Name} takes {program.ArgumentBytes} bytes of arguments, not {arguments.Length}.",
                nameof(arguments));
        var launch = new Launch(grid, block, arguments, memory);
        var shared = new SharedMemory(program.SharedBytes + dynamicShared);
        for (var z = 0; z < grid.Z; z++)
            for (var y = 0; y < grid.Y; y++)
                for (var x = 0; x < grid.X; x++)
                    new Block(launch, program, shared, x, y, z).Run(ref limit);
        launch.Counters.BytesRead = 32L * launch.SectorsRead.Count;
        launch.Counters.BytesWritten = 32L * launch.SectorsWritten.Count;
        return launch.Counters;
    }
}

/// <summary>A block of threads on its way.</summary>
sealed class Block
{
    readonly Warp[] warps;

    public Launch Launch { get; }

    public SharedMemory Shared { get; }

    public int X { get; }

    public int Y { get; }

    public int Z { get; }

    public Block(Launch launch, Program program, SharedMemory shared, int x, int y, int z)
    {
        (Launch, Shared, X, Y, Z) = (launch, shared, x, y, z);
        var threads = launch.BlockSize.Count;
        warps = new Warp[(threads - 1) / Warp.Lanes + 1];
        for (var w = 0; w < warps.Length; w++)
            warps[w] = new(program, this, w, Math.Min(Warp.Lanes, threads - w * Warp.Lanes));
    }

    /// <summary>Warps run in turn, each as far as its next barrier.</summary>
    public void Run(ref long stepsLeft)
    {
        Shared.Begin();
        while (Array.Exists(warps, warp => !warp.Ended))
        {
            foreach (var warp in warps)
                if (!warp.Ended) warp.Run(ref stepsLeft);
            // All that are left wait now, or have ended.
            foreach (var warp in warps)
            {
                warp.AtBarrier = false;
                warp.Epoch++;
            }
            Shared.Barrier();
        }
    }

    public (int X, int Y, int Z) ThreadIndex(int thread)
    {
        var size = Launch.BlockSize;
        return (thread % size.X, thread / size.X % size.Y, thread / size.X / size.Y);
    }
}
