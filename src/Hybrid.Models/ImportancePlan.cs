using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>Draws from the posterior of one example, and what each is worth: its weight p(x, z) / q(z | x).</summary>
/// <remarks>
/// The mean of the weights is p(x), whatever q is (Burda, Grosse &amp; Salakhutdinov 2016, arXiv:1509.00519, eq. 8). x
/// and its posterior are one row each that all draws read; the decoder sees as many rows as there are draws.
/// </remarks>
public sealed class ImportancePlan
{
    readonly Device device;
    readonly Plan plan;
    readonly Tensor x, mu, logVar, halfPrecision, logScale, z, joint;

    internal ImportancePlan(Vae vae, int rows)
    {
        (device, Rows) = (vae.Device, rows);
        var (D, K) = (vae.Shape.DataDim, vae.Shape.Latent);
        var graph = new Graph();
        Value Repeated(string name, int cols) => graph.BroadcastRows(graph.Input(name, cols, 1), rows);
        var (draw, _) = graph.ReparameterizeKl(Repeated("mu", K), Repeated("logVar", K));
        // −log p(x, z).
        var negative = graph.Minus(vae.DecoderNll(graph, Repeated("x", D), draw), vae.Prior.LogDensity(graph, draw));
        // Noise of its own: neither training's nor that of the −ELBO.
        plan = Plan.Evaluating(device, graph, vae.Parameters, vae.Seed ^ 0x2545F4914F6CDD1D, [draw, negative]);
        vae.SetConstants(plan);

        (x, mu, logVar) = (plan.Input("x"), Row(plan.Input("mu")), Row(plan.Input("logVar")));
        (z, joint) = (plan.TensorOf(draw), plan.TensorOf(negative));
        (halfPrecision, logScale) = (device.Arena.Allocate(1, K), device.Arena.Allocate(1, 1));
    }

    /// <summary>Draws of a run.</summary>
    public int Rows { get; }

    /// <summary>Takes the example, x[D] as the model sees it, and its posterior, mu[K] and logVar[K].</summary>
    public void Set(ReadOnlySpan<float> x, ReadOnlySpan<float> mu, ReadOnlySpan<float> logVar)
    {
        device.Upload(x, this.x);
        device.Upload(mu, this.mu);
        device.Upload(logVar, this.logVar);
        device.Ops.GaussianScales(this.logVar, halfPrecision, logScale);
    }

    #region importance-weights
    /// <summary>Draws with the noise of <paramref name="step"/>.</summary>
    /// <param name="step">Another one for other draws.</param>
    /// <param name="surprise">
    /// log q(z | x) − log p(x | z) − log p(z) = −log weight of each draw, nats, [Rows, 1].
    /// </param>
    public void Run(uint step, Tensor surprise)
    {
        plan.Run(step);
        // A mixture of one component is that component.
        device.Ops.MixtureLogDensity(z, mu, halfPrecision, logScale, surprise);
        device.Ops.Add(joint, surprise);
    }
    #endregion

    static Tensor Row(Tensor column) => column with { Rows = 1, Cols = column.Rows, Stride = column.Rows };
}
