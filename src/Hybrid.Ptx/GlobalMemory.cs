using System.Runtime.InteropServices;

namespace Hybrid.Ptx;

/// <summary>What kernels may read and write beyond their block: allocations, and nothing between them.</summary>
public sealed unsafe class GlobalMemory : IDisposable
{
    const nuint Alignment = 256;

    readonly List<Region> regions = [];
    readonly List<nint> owned = [];
    Region last;

    readonly record struct Region(ulong First, ulong Bytes);

    /// <summary>New memory of zeros, 256-byte aligned; its address is what a kernel is given.</summary>
    public ulong Allocate(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        var memory = NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        NativeMemory.Clear(memory, (nuint)bytes);
        owned.Add((nint)memory);
        Map((ulong)memory, bytes);
        return (ulong)memory;
    }

    /// <summary>Lets kernels use memory of this process that somebody else owns.</summary>
    public void Map(ulong address, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        regions.Add(new(address, (ulong)bytes));
    }

    /// <summary>Takes memory away again that <see cref="Map"/> gave.</summary>
    public void Unmap(ulong address)
    {
        regions.RemoveAll(region => region.First == address);
        last = default;
    }

    /// <summary>The memory from an address of <see cref="Allocate"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not lie in one allocation.</exception>
    public Span<T> At<T>(ulong address, int count) where T : unmanaged =>
        Contains(address, (ulong)count * (ulong)sizeof(T))
            ? new((void*)address, count)
            : throw new ArgumentOutOfRangeException(nameof(address), $"0x{address:X}: {Nearest(address)}");

    internal bool Contains(ulong address, ulong bytes)
    {
        if (address - last.First < last.Bytes && address - last.First + bytes <= last.Bytes) return true;
        foreach (var region in regions)
        {
            if (address - region.First >= region.Bytes || address - region.First + bytes > region.Bytes) continue;
            last = region;
            return true;
        }
        return false;
    }

    /// <summary>Where an address lies that lies nowhere.</summary>
    internal string Nearest(ulong address)
    {
        if (regions.Count == 0) return "there is no memory";
        var (distance, region) = regions.Select(r => (Distance(r), r)).MinBy(pair => pair.Item1);
        return address < region.First
            ? $"{distance} bytes before an allocation of {region.Bytes}"
            : $"{distance} bytes behind the end of an allocation of {region.Bytes}";

        ulong Distance(Region r) =>
            address < r.First ? r.First - address : address - Math.Min(address, r.First + r.Bytes);
    }

    public void Dispose()
    {
        foreach (var memory in owned) NativeMemory.AlignedFree((void*)memory);
        owned.Clear();
        regions.Clear();
    }
}
