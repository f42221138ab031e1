namespace Hybrid.Devices;

/// <summary>Memory of one device: handed out once, never freed one by one, all gone with the device.</summary>
/// <remarks>
/// A training run knows its buffers before its first step, so nothing is allocated during one. Segments are
/// added as models and plans ask for memory; every tensor starts at a multiple of 64 words (256 bytes), which
/// both the widest CPU loads and the GPU's vector loads want.
/// </remarks>
public abstract class Arena : IDisposable
{
    const long SmallestSegment = 1 << 22, Alignment = 64;

    /// <summary>
    /// Words left free behind a large tensor. Tensors of 2ⁿ words would otherwise all begin at the same place
    /// of a cache's sets and a memory's banks, and an operation that walks down several would meet itself
    /// there (Adam on 2²² parameters: up to five times slower).
    /// </summary>
    const long Stagger = 17 * Alignment, LargeTensor = 1 << 16;

    readonly List<long> capacities = [];
    long used;

    /// <summary>Words handed out so far.</summary>
    public long Allocated { get; private set; }

    #region allocate
    /// <summary>A zero-filled [rows, cols] tensor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is not positive.</exception>
    /// <exception cref="OutOfMemoryException">The device has no room.</exception>
    public Tensor Allocate(int rows, int cols)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cols);
        var words = ((long)rows * cols + Alignment - 1) / Alignment * Alignment;
        var room = words + (words >= LargeTensor ? Stagger : 0);
        if (capacities.Count == 0 || used + words > capacities[^1])
        {
            used = capacities.Count % 16 * Stagger;
            var capacity = Math.Max(used + room, SmallestSegment);
            AddSegment(capacity);
            capacities.Add(capacity);
        }
        var tensor = new Tensor(capacities.Count - 1, used, rows, cols, cols);
        used += room;
        Allocated += words;
        return tensor;
    }
    #endregion

    /// <summary>Adds a zero-filled segment of <paramref name="words"/> words.</summary>
    protected abstract void AddSegment(long words);

    public abstract void Dispose();
}
