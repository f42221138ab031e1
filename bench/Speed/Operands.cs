using Hybrid.Devices;
using Hybrid.Training.Data;

namespace Hybrid.Bench;

/// <summary>Operands from a seed: every rung reads the same numbers.</summary>
static class Operands
{
    /// <summary>A tensor of numbers uniform in [from, to).</summary>
    public static Tensor Uniform(this Device device, int rows, int cols, float from, float to, ulong seed)
    {
        var values = new float[(long)rows * cols];
        var random = SplitMix64.Of(seed, stream: 0);
        const float unit = 1f / (1 << 24);
        foreach (ref var value in values.AsSpan())
            value = from + (to - from) * (unit * (random.Next() >> 40));
        return device.From(values, rows, cols);
    }
}
