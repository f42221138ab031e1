using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>Weight·MMD²(q(z) ‖ N(0, I)): beside (1 − α)·KL the objective of InfoVAE.</summary>
/// <remarks>
/// <para>Zhao, Song &amp; Ermon 2019, arXiv:1706.02262, eq. 6: E[nll] + (1 − α)·KL + (α + λ − 1)·D(q(z) ‖ p(z)), with
/// D = MMD². α = 0, λ = 1 is the ELBO, and α = 1 leaves what a code tells about its image free of charge.</para>
/// <para>The kernel is k = e^(−‖z − z′‖²/2s²) with s² = K, so that two draws of the prior have an exponent of −1 on
/// average. Of MMD² = E k(z, z′) − 2 E k(z, y) + E k(y, y′), y ~ p(z), the last two have closed forms,
/// E_y k(z, y) = (s²/(s² + 1))^(K/2) e^(−‖z‖²/2(s² + 1)), so the prior is not drawn from; the first is the mean over
/// the pairs of a batch without a draw's pair with itself. The estimate is unbiased (the U-statistic of Gretton et
/// al. 2012), and may be negative where MMD² is small.</para>
/// <para>A mean of kernels is e to the log-density of a mixture, so no kernel is new.</para>
/// </remarks>
/// <param name="Weight">α + λ − 1.</param>
public sealed record KernelDiscrepancy(double Weight) : Penalty
{
    const string Pairs = "weight/pairs", Prior = "weight/prior", One = "one", Zero = "zero";
    const string PairPrecision = "kernel/½s⁻²", PriorPrecision = "kernel/½(s² + 1)⁻¹", Origin = "kernel/0";
    const string PairScale = "kernel/log 1", PriorScale = "kernel/log prior";

    public override int LeastBatch => 2;

    /// <summary>s² of codes of K columns.</summary>
    public static double SquareOf(int K) => K;

    #region kernel-discrepancy
    /// <summary>(1/B) Σ_j k(z_i, z_j) and E_y k(z_i, y) of each row i.</summary>
    public override (Value Value, string Weight)[] Terms(Graph graph, VaeValues values)
    {
        var z = values.Z;
        var (B, K) = (graph.ShapeOf(z).Rows, graph.ShapeOf(z).Cols);
        var precision = graph.BroadcastRows(graph.Scalar(PairPrecision, K), B);
        var pairs = graph.MixtureLogDensity(z, z, precision, graph.Scalar(PairScale, B));
        var prior = graph.MixtureLogDensity(
            z, graph.Input(Origin, 1, K), graph.Input(PriorPrecision, 1, K), graph.Scalar(PriorScale, 1));
        return [(Exponential(pairs), Pairs), (Exponential(prior), Prior)];

        // 1·e^x + 0.
        Value Exponential(Value x)
        {
            var (y, _) = graph.AffineCoupling(graph.Scalar(One, B), x, graph.Scalar(Zero, B));
            return y;
        }
    }
    #endregion

    /// <summary>MMD² from the values of the two terms.</summary>
    public static double Of(ReadOnlySpan<float> pairs, ReadOnlySpan<float> prior, int K)
    {
        double sum = 0, toPrior = 0, square = SquareOf(K);
        foreach (var mean in pairs) sum += mean;
        foreach (var mean in prior) toPrior += mean;
        // Each draw is in its own mean with k = 1, of weight 1/B.
        return (sum - 1) / (pairs.Length - 1) - 2 * toPrior / prior.Length
            + Math.Pow(square / (square + 2), 0.5 * K);
    }

    internal override void SetConstants(Device device, Plan plan, int B, int K)
    {
        var weight = Weight;
        plan.Set(Pairs, (float)(weight / (B - 1)));
        plan.Set(Prior, (float)(-2 * weight / B));
        SetKernel(device, plan, K);
    }

    /// <summary>Writes the kernel's numbers into a plan of the terms.</summary>
    public static void SetKernel(Device device, Plan plan, int K)
    {
        var square = SquareOf(K);
        plan.Set(One, 1);
        plan.Set(PairPrecision, (float)(0.5 / square));
        plan.Set(PriorScale, (float)(0.5 * K * Math.Log(square / (square + 1))));
        device.Ops.Fill(plan.Input(Origin), 0);
        device.Ops.Fill(plan.Input(PriorPrecision), (float)(0.5 / (square + 1)));
    }
}
