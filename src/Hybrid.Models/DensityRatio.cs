using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>γ·TC as a discriminator sees it: beside −ELBO the objective of FactorVAE.</summary>
/// <remarks>
/// Kim &amp; Mnih 2018, arXiv:1802.05983, eq. 2 and 3, algorithm 2. A network D tells codes z ~ q(z) from codes whose
/// columns are permuted, each by itself: draws of Π_j q(z_j). Where D is the best there is, its logit
/// log D/(1 − D) is log q(z) − Σ_j log q(z_j), whose mean is TC. The encoder learns from the logit with D held, D from
/// the cross-entropy with the codes held, in one step on one batch: the paper takes a second batch and a step of its
/// own for D.
/// </remarks>
/// <param name="Gamma">γ.</param>
public sealed record DensityRatio(double Gamma) : Penalty
{
    const string Ratio = "weight/ratio", Classify = "weight/discriminator";
    const string One = "label/together", Zero = "label/apart", Origin = "keys/0";

    /// <summary>D, from z[B, K] to a logit.</summary>
    public Mlp? Network { get; init; }

    public override int LeastBatch => 2;

    public override Penalty For(VaeShape shape, int examples) => this with { Network = NetworkOf(shape) };

    /// <summary>The discriminator of a model: as wide as its encoder.</summary>
    public static Mlp NetworkOf(VaeShape shape) =>
        new("discriminator", shape.Latent, shape.Hidden, 1, shape.Activation);

    #region density-ratio
    /// <summary>D's logit of each code, and D's cross-entropy of codes and of permuted codes, [B, 1] each.</summary>
    public override (Value Value, string Weight)[] Terms(Graph graph, VaeValues values)
    {
        var (z, network) = (values.Z, Network!);
        var (B, K) = (graph.ShapeOf(z).Rows, graph.ShapeOf(z).Cols);
        var zeros = graph.BroadcastRows(graph.Scalar(Origin, K), B);
        var (keys, _) = graph.ReparameterizeKl(zeros, zeros);
        var together = graph.Detach(z);
        var apart = graph.PermuteColumns(together, keys);
        return
        [
            (network.Apply(graph, z, held: true), Ratio),
            (graph.BernoulliNllRows(network.Apply(graph, together), graph.Scalar(One, B)), Classify),
            (graph.BernoulliNllRows(network.Apply(graph, apart), graph.Scalar(Zero, B)), Classify),
        ];
    }
    #endregion

    internal override void SetConstants(Device device, Plan plan, int B, int K) => Weigh(plan, B, Gamma);

    /// <summary>Writes the weights and the label into a plan of the terms.</summary>
    public static void Weigh(Plan plan, int B, double gamma)
    {
        plan.Set(One, 1);
        if (plan.Reads(Ratio)) plan.Set(Ratio, (float)(gamma / B));       // else the codes are given
        plan.Set(Classify, 0.5f / B);
    }
}
