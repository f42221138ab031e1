using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Bench;

/// <summary>One ceiling that can be measured.</summary>
sealed record RooflineProbe(string Name, CeilingKind Kind, int Threads, Func<Stopping, Timing> Time, double Work)
{
    public Ceiling Measure(Stopping stopping)
    {
        var timing = Time(stopping);
        return new(Name, Kind, Threads, timing.Seconds.Rate(Work / 1e9), Work / 1e9 / timing.Best);
    }
}

/// <summary>Measures the ceilings of this machine through the host device's own worker pool.</summary>
static unsafe class RooflineProbes
{
    const long MinCopy = 64L << 20, MaxCopy = 512L << 20;

    /// <summary>Tasks per thread, so that a thread that comes late takes fewer.</summary>
    const int TasksPerThread = 8;

    const int FmaTurns = 4096, CachePasses = 32;

    /// <summary>Copying on one and on all threads, then arithmetic, each width of lanes.</summary>
    public static IReadOnlyList<RooflineProbe> Of(MachineFacts machine)
    {
        int[] threads = machine.Threads > 1 ? [1, machine.Threads] : [1];
        return
        [
            .. threads.Select(count => CopyMemory(machine, count)),
            .. threads.Select(count => CopyCache(machine, count)),
            .. threads.Select(Fma<F32>),
            .. threads.Where(_ => Avx2.IsSupported || AdvSimd.IsSupported).Select(Fma<F32x8>),
            .. threads.Where(_ => Avx512F.IsSupported).Select(Fma<F32x16>),
        ];
    }

    static RooflineProbe CopyMemory(MachineFacts machine, int threads)
    {
        var bytes = Math.Clamp(2 * machine.L3Bytes, MinCopy, MaxCopy);
        return new($"copy, memory × {Threads(threads)}", CeilingKind.CopyMemory, threads, stopping =>
        {
            using var pool = new WorkerPool(threads);
            using var copy = new CopyLoop(bytes);
            var pieces = TasksPerThread * threads;
            var tasks = copy.InPieces(pieces);
            return Timing.Of(() => pool.Run(tasks, pieces), stopping);
        }, 2.0 * bytes);
    }

    static RooflineProbe CopyCache(MachineFacts machine, int threads)
    {
        // Source and target together are half of a core's level-2 cache.
        var bytes = machine.L2Bytes / 4 * threads;
        return new($"copy, cache × {Threads(threads)}", CeilingKind.CopyCache, threads, stopping =>
        {
            using var pool = new WorkerPool(threads);
            using var copy = new CopyLoop(bytes);
            var tasks = copy.InPieces(threads, CachePasses);
            return Timing.Of(() => pool.Run(tasks, threads), stopping);
        }, 2.0 * bytes * CachePasses);
    }

    static RooflineProbe Fma<T>(int threads) where T : unmanaged, IVectorLane<T>
    {
        var tasks = TasksPerThread * threads;
        return new($"fma, {typeof(T).Name} × {Threads(threads)}", CeilingKind.Fma, threads, stopping =>
        {
            using var pool = new WorkerPool(threads);
            var bytes = (nuint)(threads * FmaLoop.Tasks<T>.SinkWords * sizeof(float));
            var sinks = (float*)NativeMemory.AlignedAlloc(bytes, 128);
            try
            {
                var work = new FmaLoop.Tasks<T>(FmaTurns, sinks);
                return Timing.Of(() => pool.Run(work, tasks), stopping);
            }
            finally
            {
                NativeMemory.AlignedFree(sinks);
            }
        }, (double)FmaLoop.Flops<T>(FmaTurns) * tasks);
    }

    static string Threads(int count) => count == 1 ? "1 thread" : $"{count} threads";
}
