using Hybrid.Devices;

namespace Hybrid.Bench.Comparison;

/// <summary>The shared starting weights, into a model whose parameters have the same names.</summary>
static class HybridWeights
{
    public static void Upload(
        Device device, Autodiff.Parameters parameters, StepCase step, PeerData data)
    {
        var prefix = $"{StepData.Prefix(step.Model)}w/";
        foreach (var name in data.Below(prefix)) device.Upload(data[$"{prefix}{name}"], parameters.Value(name));
    }
}
