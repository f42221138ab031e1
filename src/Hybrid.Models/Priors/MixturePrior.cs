using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>Σ_k π_k N(z; μ_k, diag e^ℓ_k): a prior with K components, whatever makes them.</summary>
/// <remarks>
/// A component is a Gaussian of <i>all</i> dimensions: their log-densities are summed first, then comes the
/// log-sum-exp over k. The other way round would score a product of one-dimensional mixtures, which has K^D
/// modes and is not what <see cref="Sample"/> draws from. A draw's standard deviation is e^(ℓ/2).
/// </remarks>
public abstract class MixturePrior : Prior
{
    private protected MixturePrior(int components) => K = components;

    /// <summary>Components.</summary>
    public int K { get; }

    /// <summary>Means and log-variances, [K, latent] each.</summary>
    public abstract (Value Mu, Value LogVar) Components(Graph graph);

    public override Value LogDensity(Graph graph, Value z)
    {
        var (mu, logVar) = Components(graph);
        return graph.MixtureLogDensity(z, mu, logVar);
    }

    /// <summary>log π_k but for a constant, from the parameters; null where all are equal.</summary>
    private protected virtual float[]? Logits(Device device, Parameters parameters) => null;

    #region mixture-sample
    public override void Sample(Device device, Parameters parameters, Tensor z, ulong seed)
    {
        var graph = new Graph();
        var (mu, logVar) = Components(graph);
        var plan = Plan.Evaluating(device, graph, parameters, seed, [mu, logVar]);
        SetConstants(device, plan);
        plan.Run(0);

        var logits = Logits(device, parameters);
        double largest = logits?.Max() ?? 0;
        double[] weights = [.. Enumerable.Range(0, K).Select(k => Math.Exp((logits?[k] ?? 0) - largest))];
        MixtureDraws.Into(device, plan.TensorOf(mu), plan.TensorOf(logVar), weights, z, seed);
    }
    #endregion
}

/// <summary>A mixture of Gaussians whose weights, means and variances are parameters.</summary>
/// <remarks>Means begin uniform with variance 1, weights equal, variances 1.</remarks>
public sealed class MixtureOfGaussians(int components, int latent) : MixturePrior(components)
{
    const string Mu = "prior/mu", LogVar = "prior/logVar", Weights = "prior/logits";

    public override IEnumerable<(ParameterSpec Spec, double Bound)> Parameters() =>
    [
        (new(Mu, new(K, latent)), Math.Sqrt(3)),
        (new(LogVar, new(K, latent)), 0),
        (new(Weights, new(K, 1)), 0),
    ];

    public override (Value Mu, Value LogVar) Components(Graph graph) =>
        (graph.Parameter(Mu, K, latent), graph.Parameter(LogVar, K, latent));

    #region mog-log-density
    /// <summary>
    /// log (1/K) Σ e^a_k N_k less log (1/K) Σ e^a_k: the second is a mixture without distances.
    /// </summary>
    public override Value LogDensity(Graph graph, Value z)
    {
        var (mu, logVar) = Components(graph);
        var logits = graph.Parameter(Weights, K, 1);
        var (precision, scale) = graph.GaussianScales(logVar);
        var weighted = graph.MixtureLogDensity(z, mu, precision, graph.Plus(logits, scale));

        Value origin = graph.Scalar("prior/origin", 1), zeros = graph.Scalar("prior/zeros", K);
        var total = graph.MixtureLogDensity(origin, zeros, zeros, logits);
        return graph.Plus(graph.BroadcastRows(graph.Scale(total, -1), graph.ShapeOf(z).Rows), weighted);
    }
    #endregion

    private protected override float[] Logits(Device device, Parameters parameters) =>
        device.ToArray(parameters.Value(Weights));
}
