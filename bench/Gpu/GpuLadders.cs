using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Training;

namespace Hybrid.Bench;

/// <summary>The kernels' ladders on a GPU. Numbers come from a GPU or not at all.</summary>
static class GpuLadders
{
    public const string None = "no CUDA device: GPU ladders not timed";

    /// <summary>Large shapes: beyond the L2 cache of a large GPU, and enough work for all of it.</summary>
    const int RowSize = 32, Cube = 2048;

    public static IReadOnlyList<OperationCase> Cases(bool quick) =>
    [
        .. RowCases.All(quick ? 1 : RowSize), .. DiffusionCases.All(quick ? 1 : RowSize),
        .. ProductCases.All(quick ? 512 : Cube), .. ProductCases.OnTensorCores(quick ? 512 : Cube),
        .. DensityCases.All(quick ? 256 : 10_000), .. LikelihoodCases.All(),
        .. ConvCases.All(quick), .. quick ? AttentionCases.All(8, 256) : AttentionCases.All(64, 1024),
        .. PictureCases.All(quick ? 16 : 512), .. ModulationCases.All(quick ? 16 : 512),
    ];

    /// <summary>The case as a ladder of kernels; the host says what is right.</summary>
    /// <param name="operation">What to run.</param>
    /// <param name="open">Opens the GPU: each rung has its own memory and gives it back.</param>
    /// <param name="beside">What stands beside the ladder of a product.</param>
    public static LadderCase On(OperationCase operation, Func<GpuDevice> open, ProductSteps beside)
    {
        var factors = operation.Factors ?? Factors.Fp32;
        var rungs = operation.Ladder.Rungs.Select((rung, i) => new LadderStep(
            rung.Name, () => Open(i), i == 0 ? operation.FirstRungTolerance : 0)
        { Factors = factors });
        return new(operation, [.. rungs, .. beside.Of(operation)], OnHost);

        ReadyRung Open(int rung)
        {
            var gpu = open();
            var bound = operation.Bind(gpu);
            var launch = bound.Rungs[rung].Launch;
            return new(gpu, launch, bound.Outputs, stopping => GpuTiming.Of(gpu, launch, stopping))
            {
                Check = factors == Factors.Fp32 ? null : ProductCheck.Of(gpu, bound.Product!, factors),
            };
        }

        ReadyRung OnHost()
        {
            var host = new HostDevice();
            var bound = operation.Bind(host);
            return new(host, bound.Run, bound.Outputs, stopping => Timing.Of(bound.Run, stopping));
        }
    }

    /// <summary>The GPU that was found a moment ago.</summary>
    public static GpuDevice Open() => GpuDevice.TryCuda(out var gpu, out var reason)
        ? gpu
        : throw new InvalidOperationException(reason);

    /// <summary>Launches every rung of an operation once, at every shape that the bench times.</summary>
    /// <exception cref="UserError">No such operation, or no GPU.</exception>
    public static void Profile(string name)
    {
        var cases = Cases(quick: false);
        var chosen = cases.Where(one =>
            name.Equals(one.Operation, StringComparison.OrdinalIgnoreCase)
            || name.Equals(one.Ladder.Operation, StringComparison.OrdinalIgnoreCase)).ToList();
        if (chosen.Count == 0)
            throw new UserError($"profile {name}", "is no operation that the bench times",
                $"give one of: {string.Join(", ", cases.Select(one => one.Operation).Distinct())}");
        if (!GpuDevice.TryCuda(out var gpu, out var reason, sourceLines: true))
            throw new UserError($"profile {name}", "needs a CUDA device, and there is none", reason);
        using (gpu)
            foreach (var operation in chosen)
            {
                var bound = operation.Bind(gpu);
                foreach (var rung in bound.Rungs) rung.Launch();
                gpu.Synchronize();
            }
    }
}
