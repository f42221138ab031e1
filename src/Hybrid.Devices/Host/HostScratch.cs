namespace Hybrid.Devices.Host;

/// <summary>Memory for the copies that products and convolutions read.</summary>
sealed unsafe class HostScratch : IDisposable
{
    /// <summary>
    /// Steps of k per panel: B's panel (100 KiB) stays in L2 while A's rows pass through L1.
    /// </summary>
    public const int BlockK = 512;

    /// <summary>The widest panel: three lanes of 16.</summary>
    const int MaxPanel = GemmTile.MaxLanes * 16;

    const int PanelWords = BlockK * MaxPanel;

    readonly GrowingMemory panels = new();

    public HostScratch(int workers) => panels.Words((long)workers * PanelWords);

    /// <summary>Panels of B, one per worker.</summary>
    public WorkerPanels Panels => new(panels.Words(0), PanelWords);

    /// <summary>The whole of a transposed A.</summary>
    public GrowingMemory Tiles { get; } = new();

    /// <summary>A convolution's weights.</summary>
    public GrowingMemory Weights { get; } = new();

    /// <summary>Its pixels with their borders, for each worker.</summary>
    public GrowingMemory Borders { get; } = new();

    public void Dispose()
    {
        panels.Dispose();
        Tiles.Dispose();
        Weights.Dispose();
        Borders.Dispose();
    }
}

/// <summary>A panel of B for each worker.</summary>
readonly unsafe struct WorkerPanels(float* first, nint words)
{
    public float* this[int worker] => first + worker * words;
}

/// <summary>Memory that grows with the largest need and then stays.</summary>
sealed unsafe class GrowingMemory : IDisposable
{
    float* memory;
    long capacity;

    /// <summary>Room for so many words; where it has to grow, what it held is lost.</summary>
    public float* Words(long words)
    {
        if (words <= capacity) return memory;
        LargePages.Free(memory);
        memory = null;
        capacity = 0;
        memory = LargePages.Allocate(words);
        capacity = words;
        return memory;
    }

    public void Dispose()
    {
        LargePages.Free(memory);
        memory = null;
        capacity = 0;
    }
}
