using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>A network of the points of a square grid in the plane: neighbours get similar outputs.</summary>
/// <remarks>
/// Bishop, Svensén &amp; Williams 1998, "GTM: The Generative Topographic Mapping". The grid covers [−10, 10]², and
/// layers end in tanh, as in Tomczak's "Priors" (jmtomczak.github.io/blog/7).
/// </remarks>
public sealed class TopographicMap
{
    const string Grid = "prior/grid";

    const float Edge = 10;

    readonly Mlp net;
    readonly float[] points;

    /// <param name="shape">Components on the grid, and the network's widths.</param>
    /// <param name="output">Columns of what it gives.</param>
    /// <exception cref="ArgumentException">The components are not a square.</exception>
    internal TopographicMap(PriorShape shape, int output)
    {
        K = shape.Components;
        net = new("prior/net", 2, shape.Hidden, output, Activation.Tanh);
        var side = shape.Side;
        float At(int i) => Edge * (2f * i / (side - 1) - 1);
        points = [.. Enumerable.Range(0, K).SelectMany(k => new[] { At(k % side), At(k / side) })];
    }

    /// <summary>Points.</summary>
    public int K { get; }

    public IEnumerable<(ParameterSpec Spec, double Bound)> Parameters() => net.Parameters();

    /// <summary>[K, output].</summary>
    public Value Apply(Graph graph) => net.Apply(graph, graph.Input(Grid, K, 2));

    public void SetConstants(Device device, Plan plan) => device.Upload(points, plan.Input(Grid));
}

/// <summary>A mixture whose means and log-variances are a network of a grid's points.</summary>
public sealed class GtmPrior : MixturePrior
{
    readonly TopographicMap map;
    readonly int latent;

    internal GtmPrior(TopographicMap map, int latent) : base(map.K) => (this.map, this.latent) = (map, latent);

    public override IEnumerable<(ParameterSpec Spec, double Bound)> Parameters() => map.Parameters();

    public override (Value Mu, Value LogVar) Components(Graph graph)
    {
        var heads = graph.Split(map.Apply(graph), latent, latent);
        return (heads[0], heads[1]);
    }

    public override void SetConstants(Device device, Plan plan) => map.SetConstants(device, plan);
}
