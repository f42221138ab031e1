using Hybrid.Devices;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>An operation whose operands lie on a device.</summary>
/// <param name="Run">Launches it once.</param>
/// <param name="Outputs">What it writes.</param>
public sealed record BoundOperation(Action Run, params Tensor[] Outputs);

/// <summary>An operation at one shape.</summary>
/// <param name="Operation">Its name: <c>KlRows</c>.</param>
/// <param name="Shape">Its sizes: <c>128×20</c>.</param>
/// <param name="Reason">Why this shape is measured.</param>
/// <param name="Cost">What one launch moves and computes.</param>
/// <param name="Bind">Puts fresh operands, the same for every rung, on a device.</param>
public sealed record OperationCase(
    string Operation, string Shape, string Reason, Cost Cost, Func<Device, BoundOperation> Bind)
{
    public string Name => $"{Operation} {Shape}";
}

/// <summary>One way of running operations: a step of a ladder.</summary>
/// <param name="Name">Lanes × threads.</param>
/// <param name="Open">A device that runs so; the ladder disposes of it.</param>
public sealed record SpeedRung(string Name, Func<Device> Open);
