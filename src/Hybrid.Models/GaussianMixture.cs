using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>What a mixture is made of.</summary>
/// <param name="D">Columns of x.</param>
/// <param name="Weights">w, [K]: positive, sum 1.</param>
/// <param name="Mu">Means, [K, D] row-major.</param>
/// <param name="LogVar">Log-variances, [K, D] row-major.</param>
public sealed record MixtureParameters(int D, double[] Weights, float[] Mu, float[] LogVar)
{
    public int K => Weights.Length;
}

/// <summary>p(x) = Σ_k w_k N(x; μ_k, diag e^ℓ_k) on a device.</summary>
/// <remarks>
/// The density of an aggregated posterior has equal weights. Others are a shift of a component's scale by
/// log w_k + log K, so the same kernel serves.
/// </remarks>
public sealed class GaussianMixture
{
    readonly Device device;
    readonly Tensor logVar, logWeights;
    readonly float[] weights;
    readonly double[] shares;

    /// <summary>Takes memory for K components in D dimensions; <see cref="Set"/> fills it.</summary>
    public GaussianMixture(Device device, int K, int D)
    {
        (this.device, this.K, this.D) = (device, K, D);
        var arena = device.Arena;
        (Mu, logVar, HalfPrecision) = (arena.Allocate(K, D), arena.Allocate(K, D), arena.Allocate(K, D));
        (LogScale, logWeights) = (arena.Allocate(K, 1), arena.Allocate(K, 1));
        (weights, shares) = (new float[K], new double[K]);
    }

    public int K { get; }

    public int D { get; }

    /// <summary>μ, [K, D].</summary>
    public Tensor Mu { get; }

    /// <summary>½e^−ℓ, [K, D].</summary>
    public Tensor HalfPrecision { get; }

    /// <summary>
    /// log (K·w) − ½ Σ_d (ℓ + log 2π), [K, 1]: what is made of equal components takes log K off again.
    /// </summary>
    public Tensor LogScale { get; }

    /// <summary>Takes new parameters.</summary>
    /// <exception cref="ArgumentException">Their shape is another one.</exception>
    public void Set(MixtureParameters parameters)
    {
        if (parameters.K != K || parameters.D != D)
            throw new ArgumentException($"{parameters.K} components in {parameters.D} dimensions are not {K} in {D}.");
        device.Upload(parameters.Mu, Mu);
        device.Upload(parameters.LogVar, logVar);
        device.Ops.GaussianScales(logVar, HalfPrecision, LogScale);
        parameters.Weights.CopyTo(shares, 0);
        for (var k = 0; k < K; k++) weights[k] = (float)Math.Log(K * shares[k]);
        device.Upload(weights, logWeights);
        device.Ops.Add(logWeights, LogScale);
    }

    /// <summary>log p(x) of rows, nats.</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="logDensity">[B, 1].</param>
    public void LogDensity(Tensor x, Tensor logDensity) =>
        device.Ops.MixtureLogDensity(x, Mu, HalfPrecision, LogScale, logDensity);

    /// <summary>Draws each row of x[B, D]; equal seeds give equal bits, on every device.</summary>
    public void Sample(Tensor x, ulong seed) => MixtureDraws.Into(device, Mu, logVar, shares, x, seed);
}
