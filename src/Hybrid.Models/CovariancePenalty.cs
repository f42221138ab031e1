using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>
/// λ_od Σ_(i≠j) C_ij² + λ_d Σ_i (C_ii − 1)² with C the covariance of a batch's codes: a prior has C = I.
/// </summary>
/// <remarks>
/// DIP-VAE (Kumar, Sattigeri &amp; Balakrishnan 2018, arXiv:1711.00848, eq. 6 and 7): I takes the posterior means as
/// codes; II the covariance of q(z), here that of the batch's draws.
/// </remarks>
/// <param name="OfDraws">Whether the codes are the draws (II) or the means (I).</param>
/// <param name="OffDiagonal">λ_od.</param>
/// <param name="Diagonal">λ_d.</param>
public sealed record CovariancePenalty(bool OfDraws, double OffDiagonal, double Diagonal) : Penalty
{
    const string Weight = "weight/covariance", MinusOverB = "−1/B", Identity = "identity";

    #region covariance-penalty
    /// <summary>(B·C_ij − B·δ_ij)² of every i and j, [K², 1]: each with a weight of its own.</summary>
    public override (Value Value, string Weight)[] Terms(Graph graph, VaeValues values)
    {
        var codes = OfDraws ? values.Z : values.Mu;
        var (B, K) = (graph.ShapeOf(codes).Rows, graph.ShapeOf(codes).Cols);
        var minusMean = graph.MatrixProduct(graph.Reshape(graph.Scalar(MinusOverB, B), 1, B), codes);
        var centred = graph.Plus(codes, graph.BroadcastRows(graph.Reshape(minusMean, K, 1), B));
        var covariance = graph.BatchedProduct(Factors.LeftTransposed, centred, centred, 1);
        var every = graph.Reshape(covariance, K * K, 1);
        return [(graph.SquaredErrorRows(every, graph.Input(Identity, K * K, 1)), Weight)];
    }
    #endregion

    internal override void SetConstants(Device device, Plan plan, int B, int K)
    {
        plan.Set(MinusOverB, -1f / B);
        float[] identity = new float[K * K], weights = new float[K * K];
        for (var i = 0; i < K * K; i++)
        {
            var onDiagonal = i / K == i % K;
            identity[i] = onDiagonal ? B : 0;
            weights[i] = (float)((onDiagonal ? Diagonal : OffDiagonal) / ((double)B * B));
        }
        device.Upload(identity, plan.Input(Identity));
        device.Upload(weights, plan.Scalar(Weight));
    }
}
