using Hybrid.Bench.Comparison;

namespace Hybrid.Peers.Torch;

/// <summary>log q(z) and log q(z_d) of N Gaussians at N points, by a broadcast of some rows at a time.</summary>
sealed class TorchPairs : IPeerWork
{
    /// <summary>Numbers of a table: as many as stay in a core's caches.</summary>
    const int Room = 1 << 20;

    readonly PairsCase pairs;
    readonly Tensor[] chunks;
    readonly Tensor mu, half, scale;

    public TorchPairs(PairsCase pairs, PeerData data)
    {
        this.pairs = pairs;
        var (N, D) = (pairs.N, pairs.D);
        var rows = Math.Max(1, Room / (N * D));
        chunks =
        [
            .. data.Z(pairs).ToArray().Chunk(rows * D).Select(chunk => Tensor.Of(chunk, chunk.Length / D, 1, D)),
        ];
        mu = Tensor.Of(data.Mu(pairs), N, D);
        var logVar = data.LogVar(pairs).ToArray();
        half = Tensor.Of(Array.ConvertAll(logVar, l => -0.5f * MathF.Exp(-l)), N, D);
        scale = Tensor.Of(Array.ConvertAll(logVar, l => -0.5f * (l + MathF.Log(2 * MathF.PI))), N, D);
    }

    /// <summary>What a chunk's N·D terms a row add up to.</summary>
    (Tensor Density, Tensor Marginals) Of(Tensor z)
    {
        var residual = z - mu;
        var terms = scale.AddProduct(residual * residual, half);
        var count = -Math.Log(pairs.N);
        return (terms.Total(2).LogSumExp(1) + count, terms.LogSumExp(1) + count);
    }

    public void Run()
    {
        foreach (var z in chunks)
        {
            Of(z);
            Tensor.FreeTemporaries();
        }
    }

    public float[] Results()
    {
        var (densities, marginals) = (new List<float>(), new List<float>());
        foreach (var z in chunks)
        {
            var (density, marginal) = Of(z);
            densities.AddRange(density.Values);
            marginals.AddRange(marginal.Values);
            Tensor.FreeTemporaries();
        }
        return [.. densities, .. marginals];
    }

    public void Dispose() { }
}
