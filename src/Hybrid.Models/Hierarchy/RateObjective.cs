using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>
/// The rates' part of a hierarchy's objective: a term for each level, and its weights on a device.
/// </summary>
/// <remarks>
/// Free bits of a level are those of all its dimensions together, as of a prior that is no product.
/// </remarks>
sealed class RateObjective
{
    const string MeanWeight = "weight/mean";

    readonly KlTerm term;
    readonly int B;
    readonly IReadOnlyList<int> latents;
    IOps ops = null!;
    Tensor[] weights = [], levels = [];

    /// <exception cref="ArgumentException">The term is made for one level.</exception>
    public RateObjective(KlTerm term, int B, IReadOnlyList<int> latents)
    {
        if (term is not (KlTerm.Plain or KlTerm.FreeBits))
            throw new ArgumentException($"{term} is made for one level.", nameof(term));
        (this.term, this.B, this.latents) = (term, B, latents);
    }

    static string Weight(int t) => $"weight/rate/{t + 1}";

    static string Level(int t) => $"−level/{t + 1}";

    /// <summary>
    /// Values [n, 1] and the names of their weights, without constants: those have no derivative.
    /// </summary>
    public IEnumerable<(Value Value, string Weight)> Terms(Graph graph, IReadOnlyList<LevelValues> values) =>
        values.Select((level, t) =>
            (term == KlTerm.Plain ? level.Rate : Above(graph, level.Rate, t), Weight(t)));

    // max(Kλ, rate) = Kλ + max(rate − Kλ, 0).
    static Value Above(Graph graph, Value rate, int t)
    {
        var B = graph.ShapeOf(rate).Rows;
        var mean = graph.MatrixProduct(graph.Reshape(graph.Scalar(MeanWeight, B), 1, B), rate);
        return graph.Activate(Activation.Relu, graph.Plus(graph.Scalar(Level(t), 1), mean));
    }

    /// <summary>Finds the weights in the plan of these terms.</summary>
    public void In(IOps ops, Plan plan)
    {
        this.ops = ops;
        weights = [.. latents.Select((_, t) => plan.Scalar(Weight(t)))];
        if (term == KlTerm.Plain) return;
        levels = [.. latents.Select((_, t) => plan.Scalar(Level(t)))];
        plan.Set(MeanWeight, 1f / B);
    }

    /// <summary>β, and λ in nats a dimension. Allocates nothing: a step may call it.</summary>
    public void Set(double beta, double nats)
    {
        foreach (var weight in weights) ops.Fill(weight, (float)(term == KlTerm.Plain ? beta / B : beta));
        for (var t = 0; t < levels.Length; t++) ops.Fill(levels[t], (float)(-nats * latents[t]));
    }
}
