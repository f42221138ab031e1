using System.Text.Json.Nodes;

namespace Hybrid.Bench;

/// <summary>Everything that one GPU said: the content of <c>bench/results/GPU.json</c>.</summary>
/// <param name="Date">The day of the run, UTC.</param>
/// <param name="Gpu">What ran.</param>
/// <param name="Tools">Versions by name: cuda, pytorch, ptxas, ncu, nsys, as far as they were there.</param>
/// <param name="Steps">What was done, in order.</param>
/// <param name="Missing">What was left out and why, a line each.</param>
public sealed record GpuReport(
    string Date, GpuFacts Gpu, IReadOnlyDictionary<string, string> Tools, IReadOnlyList<GpuStep> Steps,
    IReadOnlyList<string> Missing)
{
    /// <summary>The kernel tests on the GPU.</summary>
    public TestCounts? Tests { get; init; }

    /// <summary>Training runs of equal options on the host, on the GPU, and on its tensor cores.</summary>
    public IReadOnlyList<TrainedOn> Training { get; init; } = [];

    /// <summary>Whether the first two have the same parameters; null where one is missing.</summary>
    public bool? SameBits { get; init; }

    /// <summary>The host beside the GPU, as in <see cref="BenchReport"/>.</summary>
    public JsonNode? Machine { get; init; }

    /// <summary>cuBLAS's version and file, or why it was left out.</summary>
    public JsonNode? CuBlas { get; init; }

    /// <summary>Ceilings of the GPU: <see cref="Ceiling"/>.</summary>
    public JsonNode? Roofline { get; init; }

    /// <summary>Ladders on the GPU: <see cref="LadderResult"/>.</summary>
    public JsonNode? Ladders { get; init; }

    /// <summary>Training steps of a VAE on the GPU: <see cref="VaeStepResult"/>.</summary>
    public JsonNode? VaeSteps { get; init; }

    /// <summary>Models trained on the GPU beside theory: <see cref="Bench.Exactness.ExactnessRow"/>.</summary>
    public JsonNode? Exactness { get; init; }

    /// <summary>Training steps beside PyTorch: <see cref="Comparison.PeersReport"/>.</summary>
    public JsonNode? Peers { get; init; }

    /// <summary>What ptxas made of each kernel.</summary>
    public IReadOnlyList<AssembledKernel>? Kernels { get; init; }
}

/// <summary>A GPU as its driver describes it; null where nvidia-smi was not there.</summary>
/// <param name="Name">Such as <c>NVIDIA H100 80GB HBM3</c>.</param>
/// <param name="Description">As <c>hybrid devices</c> prints it.</param>
/// <param name="Driver">Its version.</param>
/// <param name="ComputeCapability">Such as <c>9.0</c>.</param>
/// <param name="Memory">With its unit, and so the other two.</param>
/// <param name="PowerLimit">What it may draw.</param>
/// <param name="MaxClock">Of its multiprocessors.</param>
public sealed record GpuFacts(
    string Name, string Description, string? Driver, string? ComputeCapability, string? Memory, string? PowerLimit,
    string? MaxClock);

/// <summary>One step of the script.</summary>
/// <param name="Name">Its log is <c>Name.log</c>.</param>
/// <param name="Code">Its exit code; 124 where it was stopped for taking too long.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record GpuStep(string Name, int Code, int Seconds);

/// <summary>How many tests did what.</summary>
public sealed record TestCounts(int Total, int Passed, int Failed, int Skipped);

/// <summary>A training run's end.</summary>
/// <param name="Name">host, cuda, tf32 or bf16.</param>
/// <param name="Device">What it ran on.</param>
/// <param name="ParametersHash">Of the bits of all parameters.</param>
/// <param name="TrainingSeconds">Without evaluation.</param>
/// <param name="Steps">Of the optimiser.</param>
/// <param name="NegativeElboNats">Of the test set, nats per image.</param>
public sealed record TrainedOn(
    string Name, string? Device, string? ParametersHash, double? TrainingSeconds, int? Steps, double? NegativeElboNats);

/// <summary>A kernel as <c>ptxas -v</c> sees it.</summary>
/// <param name="Name">The rung's.</param>
/// <param name="Registers">Of a thread.</param>
/// <param name="SharedBytes">Of a block.</param>
/// <param name="SpillStoreBytes">Registers that did not fit.</param>
/// <param name="SpillLoadBytes">And came back.</param>
public sealed record AssembledKernel(
    string Name, int Registers, int SharedBytes, int SpillStoreBytes, int SpillLoadBytes);
