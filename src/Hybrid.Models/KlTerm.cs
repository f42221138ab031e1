using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>How the KL enters a VAE's objective mean(nll) + β·term, in nats.</summary>
public enum KlTerm
{
    /// <summary>mean(kl): with β = 1, −ELBO.</summary>
    Plain,

    /// <summary>
    /// Σ_j max(λ, mean(kl_j)) over the latent dimensions: below λ a dimension is free (Kingma et al. 2016,
    /// appendix C.8).
    /// </summary>
    FreeBits,

    /// <summary>|mean(kl) − C|, which pulls the rate to C from both sides (Burgess et al. 2018, eq. 8).</summary>
    Capacity,
}

/// <summary>The KL's part of an objective: terms of a graph, and their weights on a device.</summary>
/// <remarks>Terms are weighted by numbers that a step may change; a mean over B rows is a weight of 1/B.</remarks>
sealed class KlObjective(KlTerm term, int B)
{
    const string Weight = "weight/kl", AboveWeight = "weight/above", MeanWeight = "weight/mean", Level = "−level";

    Tensor weight, aboveWeight, level;

    #region kl-terms
    /// <summary>Values [n, 1] and the names of their weights, without constants: those have no derivative.</summary>
    public (Value Value, string Weight)[] Terms(Graph graph, VaeValues values)
    {
        switch (term)
        {
            // max(λ, kl) = λ + max(kl − λ, 0), of sums over the batch: Bλ.
            case KlTerm.FreeBits:
                return [(Above(graph.KlColumns(values.Mu, values.LogVar)), Weight)];
            // |u| = 2·max(u, 0) − u with u = mean(kl) − C.
            case KlTerm.Capacity:
                var mean = graph.MatrixProduct(graph.Reshape(graph.Scalar(MeanWeight, B), 1, B), values.Kl);
                return [(values.Kl, Weight), (Above(mean), AboveWeight)];
            default:
                return [(values.Kl, Weight)];
        }

        Value Above(Value kl) => graph.Activate(
            Activation.Relu, graph.Plus(graph.Scalar(Level, graph.ShapeOf(kl).Rows), kl));
    }
    #endregion

    /// <summary>Finds the weights in the plan of these terms.</summary>
    public void In(Plan plan)
    {
        weight = plan.Scalar(Weight);
        if (term == KlTerm.Plain) return;
        level = plan.Scalar(Level);
        if (term != KlTerm.Capacity) return;
        plan.Set(MeanWeight, 1f / B);
        aboveWeight = plan.Scalar(AboveWeight);
    }

    /// <summary>β, and λ or C in nats where the term has one. Allocates nothing: a step may call it.</summary>
    public void Set(IOps ops, double beta, double nats)
    {
        ops.Fill(weight, (float)((term == KlTerm.Capacity ? -beta : beta) / B));
        if (term == KlTerm.Plain) return;
        ops.Fill(level, (float)(term == KlTerm.FreeBits ? -nats * B : -nats));
        if (term == KlTerm.Capacity) ops.Fill(aboveWeight, (float)(2 * beta));
    }
}
