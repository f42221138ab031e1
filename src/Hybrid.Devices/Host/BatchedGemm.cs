using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Independent products of one size, a task each: on one core from end to end.</summary>
/// <param name="first">The first of them.</param>
/// <param name="steps">From each to the next.</param>
/// <param name="count">How many.</param>
/// <param name="panels">Room for a panel per worker.</param>
readonly unsafe struct BatchedGemm<T>(GemmShape first, GemmSteps steps, int count, WorkerPanels panels)
    : ICountedTasks
    where T : unmanaged, IVectorLane<T>
{
    public int Tasks => count;

    public void Run(int task, int worker)
    {
        var gemm = new Gemm<T, NoEnd>(first.Moved(steps, task), default, default, panels, threads: 1);
        for (var part = 0; part < gemm.Tasks; part++) gemm.Run(part, worker);
    }
}

/// <summary>Words from one product of a batch to the next.</summary>
readonly record struct GemmSteps(nint A, nint B, nint C);
