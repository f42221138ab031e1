using Hybrid.Kernels;
using Hybrid.Training;

namespace Hybrid.Bench;

/// <summary>The kernels' ladders on a GPU. Numbers come from a GPU or not at all.</summary>
static class GpuLadders
{
    public const string None = "no CUDA device: GPU ladders not timed";

    /// <summary>Launches every rung of an operation once.</summary>
    /// <exception cref="UserError">No such operation, or no GPU.</exception>
    public static void Profile(string operation)
    {
        if (Ladder.All.All(ladder => ladder.Operation != operation))
            throw new UserError($"profile {operation}", "is no operation with a ladder",
                $"give one of: {string.Join(", ", Ladder.All)}");
        throw new UserError($"profile {operation}", "no CUDA device", "run it on a machine with an NVIDIA GPU");
    }
}
