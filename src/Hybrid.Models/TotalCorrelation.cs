using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>(β − 1)·TC, TC = KL(q(z) ‖ Π_j q(z_j)): beside −ELBO the objective of β-TCVAE.</summary>
/// <remarks>
/// <para>Chen et al. 2018, arXiv:1802.04942, eq. 4: KL = I_q(n; z) + TC + Σ_j KL(q(z_j) ‖ p(z_j)), and β weighs TC
/// alone. So β-TCVAE is the ELBO and (β − 1)·TC more; β = 1 is the ELBO, to the bit, and the ELBO's part has its
/// closed form instead of a draw.</para>
/// <para>TC is the mean over the batch of log q̂(z) − Σ_j log q̂(z_j) at the batch's draws. q̂ is the batch as a
/// stratified sample of the data set (<see cref="MixtureWeights"/>): q̂(z) is q(z) on average, its logarithm is a
/// little low. The in-batch mixture, which is also what the stratified weights of public code come down to, would
/// stop at a TC of (K − 1)·ln B.</para>
/// </remarks>
/// <param name="Beta">Weight of TC where the rest of the KL has weight 1.</param>
public sealed record TotalCorrelation(double Beta) : Penalty
{
    const string Joint = "weight/joint", Marginals = "weight/marginals";

    /// <summary>Examples that a batch stands for; 0 where it stands for itself.</summary>
    public int Examples { get; init; }

    public override int LeastBatch => 2;

    public override Penalty For(VaeShape shape, int examples) => For(examples);

    /// <summary>The same where a batch stands for so many examples.</summary>
    public TotalCorrelation For(int examples) => this with { Examples = examples };

    #region total-correlation
    /// <summary>log q̂(z) of each row and log q̂(z_j) of each number, weighed by ±(β − 1)/B.</summary>
    public override (Value Value, string Weight)[] Terms(Graph graph, VaeValues values)
    {
        var (z, mu, logVar) = (values.Z, values.Mu, values.LogVar);
        var weights = Examples == 0 ? default : MixtureWeights.Stratified(Examples);
        var (halfPrecision, logScale) = graph.GaussianScales(logVar);
        var joint = graph.MixtureLogDensity(z, mu, halfPrecision, logScale, weights);
        var marginals = graph.MixtureLogMarginals(z, mu, halfPrecision, logVar, weights);
        var numbers = graph.ShapeOf(z).Rows * graph.ShapeOf(z).Cols;
        return [(joint, Joint), (graph.Reshape(marginals, numbers, 1), Marginals)];
    }
    #endregion

    internal override void SetConstants(Device device, Plan plan, int B, int K)
    {
        plan.Set(Joint, (float)((Beta - 1) / B));
        plan.Set(Marginals, (float)((1 - Beta) / B));
    }
}
