using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>N(0, I) seen through affine coupling layers: a density of any shape, and exact.</summary>
/// <remarks>
/// Dinh, Sohl-Dickstein &amp; Bengio 2017, arXiv:1605.08803. On the way from z to u each layer leaves one half
/// as it is and turns the other into x·e^s + t, with s = tanh(…) and t from a network of the half that stays;
/// then the halves change roles. log p(z) = log N(u; 0, I) + Σ s, and the same layers backwards draw z. The
/// networks' last layers begin at 0: the prior begins as N(0, I).
/// </remarks>
public sealed class RealNvp : Prior
{
    /// <summary>Layers in pairs: each half is changed this often.</summary>
    public const int Pairs = 3;

    readonly int first, second;
    readonly Mlp[] nets;

    /// <param name="latent">Columns of z, at least 2.</param>
    /// <param name="hidden">Widths of the networks.</param>
    /// <exception cref="ArgumentException">One column has no halves.</exception>
    internal RealNvp(int latent, IReadOnlyList<int> hidden)
    {
        if (latent < 2) throw new ArgumentException("A coupling needs two dimensions: one half changes the other.");
        (first, second) = ((latent + 1) / 2, latent / 2);
        nets =
        [
            .. Enumerable.Range(0, 2 * Pairs).Select(i => i % 2 == 0
                ? new Mlp($"prior/coupling/{i}", first, hidden, 2 * second, Activation.Tanh)
                : new Mlp($"prior/coupling/{i}", second, hidden, 2 * first, Activation.Tanh)),
        ];
    }

    public override IEnumerable<(ParameterSpec Spec, double Bound)> Parameters() =>
        from net in nets
        from start in net.Parameters()
        select start.Spec.Name.StartsWith($"{net.Name}/{net.Hidden.Count}/", StringComparison.Ordinal)
            ? (start.Spec, 0)
            : start;

    #region flow-log-density
    public override Value LogDensity(Graph graph, Value z)
    {
        var halves = graph.Split(z, first, second);
        Value? sum = null;
        for (var i = 0; i < nets.Length; i++)
        {
            int stays = i % 2, changes = 1 - stays;
            var (s, t) = Layer(graph, i, halves[stays]);
            var (u, logDet) = graph.AffineCoupling(halves[changes], s, t);
            halves[changes] = u;
            sum = sum is { } before ? graph.Plus(before, logDet) : logDet;
        }
        var density = graph.Plus(StandardLogDensity(graph, halves[0]), StandardLogDensity(graph, halves[1]));
        return graph.Plus(sum!.Value, density);
    }
    #endregion

    (Value S, Value T) Layer(Graph graph, int i, Value stays)
    {
        var width = nets[i].Output / 2;
        var heads = graph.Split(nets[i].Apply(graph, stays), width, width);
        return (graph.Activate(Activation.Tanh, heads[0]), heads[1]);
    }

    public override void Sample(Device device, Parameters parameters, Tensor z, ulong seed)
    {
        var graph = new Graph();
        var halves = graph.Split(graph.Input("u", z.Rows, z.Cols), first, second);
        for (var i = nets.Length - 1; i >= 0; i--)
        {
            int stays = i % 2, changes = 1 - stays;
            var (s, t) = Layer(graph, i, halves[stays]);
            halves[changes] = graph.AffineCouplingInverse(halves[changes], s, t);
        }
        var plan = Plan.Evaluating(device, graph, parameters, seed, halves);
        device.Ops.Normals(plan.Input("u"), new(seed, 0, Streams.Prior));
        plan.Run(0);
        device.Ops.Fill(z, 0);
        device.Ops.Add(plan.TensorOf(halves[0]), z.Columns(0, first));
        device.Ops.Add(plan.TensorOf(halves[1]), z.Columns(first, second));
    }
}
