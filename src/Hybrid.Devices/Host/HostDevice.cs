using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>How many floats the host's registers are made to hold.</summary>
public enum HostLanes
{
    /// <summary>16 where the CPU has AVX-512, 8 where it has AVX2, else 4.</summary>
    Auto,
    F32,
    F32x4,
    F32x8,
    F32x16,
}

/// <summary>The CPU this runs on: the device that everybody has.</summary>
public sealed unsafe class HostDevice : Device
{
    readonly HostArena arena = new();
    readonly WorkerPool pool;
    readonly HostScratch scratch;

    /// <summary>Starts the workers.</summary>
    /// <param name="threads">Threads that work; 0 for one per core that the process may use.</param>
    /// <param name="lanes">Any choice works on any CPU and gives the same bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 0 or more than 4096 threads.</exception>
    public HostDevice(int threads = 0, HostLanes lanes = HostLanes.Auto)
    {
        // The runtime's count already respects the limits of a container.
        pool = new(threads == 0 ? Environment.ProcessorCount : threads);
        scratch = new(pool.Threads);
        Lanes = lanes != HostLanes.Auto ? lanes : Widest;
        Ops = Lanes switch
        {
            HostLanes.F32 => new HostOps<F32, U32>(arena, pool, scratch),
            HostLanes.F32x4 => new HostOps<F32x4, U32x4>(arena, pool, scratch),
            HostLanes.F32x8 => new HostOps<F32x8, U32x8>(arena, pool, scratch),
            HostLanes.F32x16 => new HostOps<F32x16, U32x16>(arena, pool, scratch),
            _ => throw new ArgumentOutOfRangeException(nameof(lanes)),
        };
    }

    static HostLanes Widest =>
        Avx512F.IsSupported ? HostLanes.F32x16 : Avx2.IsSupported ? HostLanes.F32x8 : HostLanes.F32x4;

    public HostLanes Lanes { get; }

    /// <summary>The threads, for measuring and for work of one's own between operations.</summary>
    public WorkerPool Pool => pool;

    public override string Description =>
        $"host · {pool.Threads} thread{(pool.Threads == 1 ? "" : "s")} · {Instructions}";

    string Instructions => Lanes switch
    {
        HostLanes.F32 => "scalar",
        HostLanes.F32x4 when AdvSimd.IsSupported => "AdvSimd (4 lanes)",
        HostLanes.F32x4 => Sse41.IsSupported ? "SSE (4 lanes)" : "4 lanes, emulated",
        HostLanes.F32x8 => Avx2.IsSupported ? "AVX2 (8 lanes)" : "8 lanes, emulated",
        _ => Avx512F.IsSupported ? "AVX-512 (16 lanes)" : "16 lanes, emulated",
    };

    public override IOps Ops { get; }

    public override Arena Arena => arena;

    public override void Upload(ReadOnlySpan<float> from, Tensor to)
    {
        Check(from.Length, to);
        var view = arena.View(to);
        for (var row = 0; row < to.Rows; row++)
            from.Slice(row * to.Cols, to.Cols).CopyTo(new Span<float>(view[row], to.Cols));
    }

    public override void Upload(ReadOnlySpan<int> from, Tensor to)
    {
        Check(from.Length, to);
        var view = arena.View(to);
        for (var row = 0; row < to.Rows; row++)
            from.Slice(row * to.Cols, to.Cols).CopyTo(new Span<int>(view[row], to.Cols));
    }

    public override void Download(Tensor from, Span<float> to)
    {
        Check(to.Length, from);
        var view = arena.View(from);
        for (var row = 0; row < from.Rows; row++)
            new ReadOnlySpan<float>(view[row], from.Cols).CopyTo(to.Slice(row * from.Cols, from.Cols));
    }

    static void Check(int length, Tensor tensor)
    {
        if (length != tensor.Length)
            throw new ArgumentException(
                $"{length} numbers for a tensor {tensor}: their count must be {tensor.Length}.");
    }

    /// <summary>Nothing to wait for: operations return when they are done.</summary>
    public override void Synchronize() { }

    public override void Dispose()
    {
        pool.Dispose();
        scratch.Dispose();
        arena.Dispose();
    }
}
