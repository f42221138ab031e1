using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Devices.Measure;

/// <summary>One ceiling that can be measured.</summary>
/// <param name="Name">What runs.</param>
/// <param name="Kind">What it limits.</param>
/// <param name="Threads">On how many threads.</param>
/// <param name="Time">Sets up and times one job; says how many bytes or flops it is.</param>
public sealed record RooflineProbe(
    string Name, CeilingKind Kind, int Threads, Func<Stopping, (Timing Time, double Work)> Time)
{
    public Ceiling Measure(Stopping stopping)
    {
        var (timing, work) = Time(stopping);
        return new(Name, Kind, Threads, timing.Seconds.Rate(work / 1e9), work / 1e9 / timing.Best);
    }
}

/// <summary>Measures the ceilings of this machine through the host device's own worker pool.</summary>
public static unsafe class RooflineProbes
{
    const long MinCopy = 64L << 20, MaxCopy = 512L << 20;

    /// <summary>Tasks per thread, so that a thread that comes late takes fewer.</summary>
    const int TasksPerThread = 8;

    /// <summary>So many that a job lasts far longer than handing it to the workers.</summary>
    const int FmaTurns = 4096, L2Passes = 32;

    /// <summary>Copying on one and on all threads, then arithmetic, each width of lanes.</summary>
    public static IReadOnlyList<RooflineProbe> Of(MachineFacts machine)
    {
        int[] threads = machine.Threads > 1 ? [1, machine.Threads] : [1];
        // Source and target together fill half of a cache, or the last one four times.
        long l2 = machine.L2Bytes / 4, l3 = machine.L3Bytes / 4;
        var memory = Math.Clamp(2 * machine.L3Bytes, MinCopy, MaxCopy);
        return
        [
            .. threads.Select(count => Copy(CeilingKind.L2, l2 * count, count, L2Passes)),
            .. threads.Select(count => Copy(CeilingKind.L3, l3, count)),
            .. threads.Select(count => Copy(CeilingKind.Memory, memory, count)),
            .. threads.Select(count => Copy(CeilingKind.Memory, memory, count, streaming: true)),
            .. threads.Select(Fma<F32>),
            .. threads.Where(_ => !Avx2.IsSupported && Vector128.IsHardwareAccelerated).Select(Fma<F32x4>),
            .. threads.Where(_ => Avx2.IsSupported).Select(Fma<F32x8>),
            .. threads.Where(_ => Avx512F.IsSupported).Select(Fma<F32x16>),
        ];
    }

    static RooflineProbe Copy(
        CeilingKind kind, long bytes, int threads, int passes = 1, bool streaming = false)
    {
        var level = kind == CeilingKind.Memory ? "memory" : kind.ToString();
        var name = $"copy, {level}{(streaming ? ", streaming" : "")}";
        return new($"{name} × {Threads(threads)}", kind, threads, stopping =>
        {
            using var pool = new WorkerPool(threads);
            using var copy = new CopyLoop(bytes);
            // Within a core's own cache a piece must stay with its core.
            var pieces = kind == CeilingKind.L2 ? threads : TasksPerThread * threads;
            var tasks = copy.InPieces(pieces, passes, streaming);
            return (Timing.Of(() => pool.Run(tasks, pieces), stopping), tasks.Bytes(pieces));
        });
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
                return (
                    Timing.Of(() => pool.Run(work, tasks), stopping),
                    (double)FmaLoop.Flops<T>(FmaTurns) * tasks);
            }
            finally
            {
                NativeMemory.AlignedFree(sinks);
            }
        });
    }

    static string Threads(int count) => count == 1 ? "1 thread" : $"{count} threads";
}
