using Hybrid.Devices;
using Hybrid.Information;

namespace Hybrid.Bench.Comparison;

/// <summary>The exact aggregated posterior at every example, as an evaluation asks for it.</summary>
sealed class HybridPairs : IPeerWork
{
    readonly AggregatedPosterior posterior;
    readonly float[] mu, logVar, z, logDensity, logMarginals;

    public HybridPairs(Device device, PairsCase pairs, PeerData data)
    {
        posterior = new(device, pairs.N, pairs.D);
        (mu, logVar, z) = ([.. data.Mu(pairs)], [.. data.LogVar(pairs)], [.. data.Z(pairs)]);
        (logDensity, logMarginals) = (new float[pairs.N], new float[pairs.N * pairs.D]);
    }

    public void Run()
    {
        posterior.Set(mu, logVar);
        posterior.LogDensities(z, logDensity, logMarginals);
    }

    public float[] Results()
    {
        Run();
        return [.. logDensity, .. logMarginals];
    }

    public void Dispose() { }
}
