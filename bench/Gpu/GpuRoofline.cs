using Hybrid.Devices.Gpu;
using Hybrid.Formulas;
using Hybrid.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Bench;

/// <summary>The ceilings of a GPU, measured as the host's are.</summary>
/// <remarks>There is one copy rate, that of its memory: a small launch may pass it from the GPU's cache.</remarks>
static class GpuRoofline
{
    const int Chains = 8, StepsPerTurn = 4, Turns = 1024, Blocks = 4096, CopyWords = 1 << 26;

    public readonly record struct Arguments(Rows Sums);

    static readonly Rung<Arguments> Rung = new(
        "nothing but fused multiply-adds", Fma, _ => new(Blocks, Grids.Block));

    public static IReadOnlyList<Ceiling> Measure(GpuDevice gpu, Stopping stopping) =>
        [Copy(gpu, stopping, CopyWords), Arithmetic(gpu, stopping)];

    /// <summary>The roofline that those ceilings make.</summary>
    public static Roofline Of(IReadOnlyList<Ceiling> ceilings)
    {
        var (copy, fma) = (ceilings[0].Best, ceilings[1].Best);
        return new(copy, copy, copy, fma, L2Bytes: 0, L3Bytes: 0);
    }

    static Ceiling Copy(GpuDevice gpu, Stopping stopping, int words)
    {
        ArrayView<F32> from = gpu.Arena.View(gpu.Arena.Allocate(words, 1)).Words;
        ArrayView<F32> to = gpu.Arena.View(gpu.Arena.Allocate(words, 1)).Words;
        var timing = GpuTiming.Of(gpu, () => from.CopyTo(gpu.Stream, to), stopping);
        var gigabytes = 2.0 * sizeof(float) * words / 1e9;
        return new("GPU copy, memory", CeilingKind.Memory, 0, timing.Seconds.Rate(gigabytes),
            gigabytes / timing.Best);
    }

    static Ceiling Arithmetic(GpuDevice gpu, Stopping stopping)
    {
        var arguments = new Arguments(gpu.Arena.View(gpu.Arena.Allocate(Blocks * Grids.Block, 1)));
        var timing = GpuTiming.Of(gpu, () => gpu.Launch(Rung, arguments), stopping);
        var gigaflops = 2.0 * Chains * StepsPerTurn * Turns * Blocks * Grids.Block / 1e9;
        return new("GPU fma, F32", CeilingKind.Fma, 0, timing.Seconds.Rate(gigaflops), gigaflops / timing.Best);
    }

    /// <summary>Eight chains a thread; the sum is stored, or the compiler would drop them.</summary>
    public static void Fma(Arguments arguments)
    {
        var thread = Grid.IdxX * Group.DimX + Group.IdxX;
        F32 a = new(0.999f), b = new(0.001f), c0 = new(thread), c1 = new(thread + 1), c2 = new(thread + 2);
        F32 c3 = new(thread + 3), c4 = new(thread + 4), c5 = new(thread + 5), c6 = new(thread + 6);
        F32 c7 = new(thread + 7);
        for (var i = 0; i < Turns; i++)
        {
            c0 = F32.Fma(c0, a, b); c1 = F32.Fma(c1, a, b); c2 = F32.Fma(c2, a, b); c3 = F32.Fma(c3, a, b);
            c4 = F32.Fma(c4, a, b); c5 = F32.Fma(c5, a, b); c6 = F32.Fma(c6, a, b); c7 = F32.Fma(c7, a, b);

            c0 = F32.Fma(c0, a, b); c1 = F32.Fma(c1, a, b); c2 = F32.Fma(c2, a, b); c3 = F32.Fma(c3, a, b);
            c4 = F32.Fma(c4, a, b); c5 = F32.Fma(c5, a, b); c6 = F32.Fma(c6, a, b); c7 = F32.Fma(c7, a, b);

            c0 = F32.Fma(c0, a, b); c1 = F32.Fma(c1, a, b); c2 = F32.Fma(c2, a, b); c3 = F32.Fma(c3, a, b);
            c4 = F32.Fma(c4, a, b); c5 = F32.Fma(c5, a, b); c6 = F32.Fma(c6, a, b); c7 = F32.Fma(c7, a, b);

            c0 = F32.Fma(c0, a, b); c1 = F32.Fma(c1, a, b); c2 = F32.Fma(c2, a, b); c3 = F32.Fma(c3, a, b);
            c4 = F32.Fma(c4, a, b); c5 = F32.Fma(c5, a, b); c6 = F32.Fma(c6, a, b); c7 = F32.Fma(c7, a, b);
        }
        arguments.Sums[thread] = c0 + c1 + c2 + c3 + (c4 + c5 + c6 + c7);
    }
}
