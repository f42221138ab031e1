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
    /// appendix C.8, whose j are groups of dimensions). Where p(z) is no product there is one group of all K:
    /// max(Kλ, mean(log q − log p)).
    /// </summary>
    FreeBits,

    /// <summary>|mean(kl) − C|, which pulls the rate to C from both sides (Burgess et al. 2018, eq. 8).</summary>
    Capacity,
}

/// <summary>The KL's part of an objective: terms of a graph, and their weights on a device.</summary>
/// <remarks>Terms are weighted by numbers that a step may change; a mean over B rows is a weight of 1/B.</remarks>
/// <param name="term">Which.</param>
/// <param name="B">Rows.</param>
/// <param name="factorises">Whether the prior is a product of dimensions.</param>
sealed class KlObjective(KlTerm term, int B, bool factorises)
{
    const string Weight = "weight/kl", AboveWeight = "weight/above", MeanWeight = "weight/mean", Level = "−level";

    Tensor weight, aboveWeight, level;
    int latent;

    #region kl-terms
    /// <summary>Values [n, 1] and the names of their weights, without constants: those have no derivative.</summary>
    public (Value Value, string Weight)[] Terms(Graph graph, VaeValues values)
    {
        latent = graph.ShapeOf(values.Mu).Cols;
        switch (term)
        {
            // max(λ, kl) = λ + max(kl − λ, 0), of sums over the batch: Bλ.
            case KlTerm.FreeBits when factorises:
                return [(Above(graph.KlColumns(values.Mu, values.LogVar)), Weight)];
            case KlTerm.FreeBits:
                return [(Above(Mean()), Weight)];
            // |u| = 2·max(u, 0) − u with u = mean(kl) − C.
            case KlTerm.Capacity:
                return [(values.Kl, Weight), (Above(Mean()), AboveWeight)];
            default:
                return [(values.Kl, Weight)];
        }

        Value Mean() => graph.MatrixProduct(graph.Reshape(graph.Scalar(MeanWeight, B), 1, B), values.Kl);

        Value Above(Value kl) => graph.Activate(
            Activation.Relu, graph.Plus(graph.Scalar(Level, graph.ShapeOf(kl).Rows), kl));
    }
    #endregion

    bool OfMean => term == KlTerm.Capacity || term == KlTerm.FreeBits && !factorises;

    /// <summary>Finds the weights in the plan of these terms.</summary>
    public void In(Plan plan)
    {
        weight = plan.Scalar(Weight);
        if (term == KlTerm.Plain) return;
        level = plan.Scalar(Level);
        if (OfMean) plan.Set(MeanWeight, 1f / B);
        if (term == KlTerm.Capacity) aboveWeight = plan.Scalar(AboveWeight);
    }

    /// <summary>β, and λ or C in nats where the term has one. Allocates nothing: a step may call it.</summary>
    public void Set(IOps ops, double beta, double nats)
    {
        var (each, least) = term switch
        {
            KlTerm.Plain => (beta / B, 0),
            KlTerm.FreeBits when factorises => (beta / B, nats * B),
            KlTerm.FreeBits => (beta, nats * latent),
            _ => (-beta / B, nats),
        };
        ops.Fill(weight, (float)each);
        if (term == KlTerm.Plain) return;
        ops.Fill(level, (float)-least);
        if (term == KlTerm.Capacity) ops.Fill(aboveWeight, (float)(2 * beta));
    }
}
