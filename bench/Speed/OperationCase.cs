using Hybrid.Devices;
using Hybrid.Devices.Gpu;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>An operation whose operands lie on a device.</summary>
/// <param name="Run">Launches it once, as training does.</param>
/// <param name="Outputs">What it writes.</param>
public sealed record BoundOperation(Action Run, params Tensor[] Outputs)
{
    /// <summary>On a GPU, every version of the kernel, slowest first; elsewhere none.</summary>
    public IReadOnlyList<BoundRung> Rungs { get; init; } = [];

    /// <summary>The product that this is; null for another operation.</summary>
    public BoundProduct? Product { get; init; }
}

/// <summary>One version of a kernel with its operands.</summary>
public sealed record BoundRung(string Name, Action Launch)
{
    /// <summary>A ladder's rungs on a GPU's tensors; on another device none.</summary>
    public static IReadOnlyList<BoundRung> Of<TArguments>(
        Device device, Ladder<TArguments> ladder, Func<Func<Tensor, Rows>, TArguments> bind)
        where TArguments : struct
    {
        if (device is not GpuDevice gpu) return [];
        var arguments = bind(gpu.Arena.View);
        return [.. ladder.Rungs.Select(rung => new BoundRung(rung.Name, () => gpu.Launch(rung, arguments)))];
    }
}

/// <summary>An operation at one shape.</summary>
/// <param name="Operation">Its name: <c>KlRows</c>.</param>
/// <param name="Shape">Its sizes: <c>128×20</c>.</param>
/// <param name="Reason">Why this shape is measured.</param>
/// <param name="Cost">What one launch moves and computes.</param>
/// <param name="Ladder">Its kernels.</param>
/// <param name="Bind">Puts fresh operands, the same for every rung, on a device.</param>
public sealed record OperationCase(
    string Operation, string Shape, string Reason, Cost Cost, Ladder Ladder,
    Func<Device, BoundOperation> Bind)
{
    public string Name => $"{Operation} {Shape}";

    /// <summary>
    /// The relative error that the first GPU rung may have: 0, the same bits, unless it adds a row's terms in
    /// an order of its own.
    /// </summary>
    public double FirstRungTolerance { get; init; }

    /// <summary>What a product's kernels round their factors to; null for what is no product.</summary>
    public Factors? Factors { get; init; }

    /// <summary>The case as a ladder of devices.</summary>
    public LadderCase On(IEnumerable<SpeedRung> rungs) => new(this, [.. rungs.Select(rung => new LadderStep(
        rung.Name, () =>
        {
            var device = rung.Open();
            var bound = Bind(device);
            return new(device, bound.Run, bound.Outputs, stopping => Timing.Of(bound.Run, stopping));
        }))]);
}

/// <summary>One way of running operations on the host: a device per rung.</summary>
/// <param name="Name">Lanes × threads.</param>
/// <param name="Open">A device that runs so; the ladder disposes of it.</param>
public sealed record SpeedRung(string Name, Func<Device> Open);

/// <summary>A rung with fresh operands, ready to be checked and timed.</summary>
/// <param name="Device">Where; disposed of with this.</param>
/// <param name="Run">Launches it once.</param>
/// <param name="Outputs">What it writes.</param>
/// <param name="Time">Times a launch.</param>
public sealed record ReadyRung(
    Device Device, Action Run, IReadOnlyList<Tensor> Outputs, Func<Stopping, Timing> Time) : IDisposable
{
    /// <summary>Says whether the outputs are right where they have no bits to equal.</summary>
    internal Func<Outputs, bool>? Check { get; init; }

    /// <summary>What is in use on the device, and disposed of before it.</summary>
    public IDisposable? Library { get; init; }

    public void Dispose()
    {
        Library?.Dispose();
        Device.Dispose();
    }
}

/// <summary>One step of a ladder.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Open">Makes it ready.</param>
/// <param name="Tolerance">Relative error of its outputs; 0 for the same bits.</param>
public sealed record LadderStep(string Name, Func<ReadyRung> Open, double Tolerance = 0)
{
    /// <summary>What a product's factors are rounded to.</summary>
    public Factors Factors { get; init; }

    /// <summary>Whether it is another library's, which ours are measured by.</summary>
    public bool IsYardstick { get; init; }
}

/// <summary>A ladder at one shape.</summary>
/// <param name="Operation">What is run.</param>
/// <param name="Steps">Slowest first.</param>
/// <param name="Reference">Who says what is right; the first step where null.</param>
public sealed record LadderCase(
    OperationCase Operation, IReadOnlyList<LadderStep> Steps, Func<ReadyRung>? Reference = null);
