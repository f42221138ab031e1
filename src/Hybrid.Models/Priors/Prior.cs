using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>p(z): what the posteriors of a VAE are held against, and what new z are drawn from.</summary>
/// <remarks>
/// The best prior for an encoder is its aggregated posterior q(z) (Tomczak &amp; Welling 2018, arXiv:1705.07120,
/// section 2): KL(q(z) ‖ p(z)) is the part of the rate that a prior can take away. Density and draws are made of
/// the same parameters in the same way, so that they belong to one distribution.
/// </remarks>
public abstract class Prior
{
    private protected Prior() { }

    /// <summary>The prior of a model.</summary>
    /// <param name="shape">Which.</param>
    /// <param name="latent">Columns of z.</param>
    /// <param name="dataDim">Columns of x: a pseudo-input has as many.</param>
    /// <param name="posterior">The encoder: rows of x in a graph to means and log-variances.</param>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    internal static Prior Of(
        PriorShape shape, int latent, int dataDim, Func<Graph, Value, (Value Mu, Value LogVar)> posterior) =>
        shape.Kind switch
        {
            PriorKind.Standard => new StandardPrior(),
            PriorKind.Mog => new MixtureOfGaussians(shape.Components, latent),
            PriorKind.Vamp => new VampPrior(shape.Components, dataDim, map: null, posterior),
            PriorKind.Gtm => new GtmPrior(new(shape, 2 * latent), latent),
            PriorKind.GtmVamp => new VampPrior(shape.Components, dataDim, new(shape, dataDim), posterior),
            PriorKind.Flow => new RealNvp(latent, shape.Hidden),
            PriorKind.Autoregressive => new AutoregressivePrior(latent, shape.Rate),
            _ => throw new ArgumentException($"{shape.Kind} is not a prior.", nameof(shape)),
        };

    /// <summary>Whether p(z) = Π p(z_k) with p(z_k) = N(0, 1): the rate then has a closed form.</summary>
    public virtual bool Factorises => false;

    /// <summary>Its parameters and their starting values' bounds.</summary>
    public virtual IEnumerable<(ParameterSpec Spec, double Bound)> Parameters() => [];

    /// <summary>log p(z) of each row of z[B, latent], nats, [B, 1].</summary>
    public abstract Value LogDensity(Graph graph, Value z);

    #region log-ratio
    /// <summary>log q(z | x) − log p(z) of each row, nats: what a draw says of the divergence.</summary>
    /// <param name="graph">Where it is built.</param>
    /// <param name="z">A draw of each posterior.</param>
    /// <param name="mu">Posterior means.</param>
    /// <param name="logVar">Posterior log-variances.</param>
    public virtual Value LogRatio(Graph graph, Value z, Value mu, Value logVar) =>
        graph.Minus(graph.GaussianLogDensityRows(z, mu, logVar), LogDensity(graph, z));

    /// <summary>KL(q(z | x) ‖ p(z)) of each row, nats: in closed form where there is one, else by the draw.</summary>
    /// <param name="graph">Where it is built.</param>
    /// <param name="mu">Posterior means.</param>
    /// <param name="logVar">Posterior log-variances.</param>
    /// <param name="z">A draw of each.</param>
    /// <param name="standard">The divergence from N(0, I), in closed form.</param>
    public virtual Value Kl(Graph graph, Value mu, Value logVar, Value z, Value standard) =>
        LogRatio(graph, z, mu, logVar);
    #endregion

    /// <summary>Fills what <see cref="LogDensity"/> takes as given; once for each plan.</summary>
    public virtual void SetConstants(Device device, Plan plan) { }

    /// <summary>Draws each row of z from p(z).</summary>
    public abstract void Sample(Device device, Parameters parameters, Tensor z, ulong seed);

    /// <summary>log N(z; 0, I) of each row: a scalar that nobody sets is 0.</summary>
    private protected static Value StandardLogDensity(Graph graph, Value z)
    {
        var shape = graph.ShapeOf(z);
        var zeros = graph.BroadcastRows(graph.Scalar($"prior/zero/{shape.Cols}", shape.Cols), shape.Rows);
        return graph.GaussianLogDensityRows(z, zeros, zeros);
    }
}

/// <summary>N(0, I).</summary>
public sealed class StandardPrior : Prior
{
    public override bool Factorises => true;

    public override Value LogDensity(Graph graph, Value z) => StandardLogDensity(graph, z);

    public override Value LogRatio(Graph graph, Value z, Value mu, Value logVar) =>
        graph.LogRatioRows(z, mu, logVar);

    public override Value Kl(Graph graph, Value mu, Value logVar, Value z, Value standard) => standard;

    public override void Sample(Device device, Parameters parameters, Tensor z, ulong seed) =>
        device.Ops.Normals(z, new(seed, 0, Streams.Prior));
}
