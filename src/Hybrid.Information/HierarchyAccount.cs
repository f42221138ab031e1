namespace Hybrid.Information;

/// <summary>One level of a hierarchy on some data.</summary>
/// <param name="Dimensions">K_t.</param>
/// <param name="Rate">
/// E[log q(z_t | …) − log p(z_t | z_{t+1})], nats per example; not below 0 on average.
/// </param>
/// <param name="ActiveUnits">
/// Dimensions whose posterior mean moves with x, above the noise of the draws.
/// </param>
/// <param name="MutualInformation">
/// I_q(n; z_t), nats, of the level whose posterior given x is a Gaussian; null for the others.
/// </param>
/// <param name="InformationError">Standard error of it, over the draws.</param>
public sealed record LevelAccount(
    int Dimensions, double Rate, int ActiveUnits, double? MutualInformation = null,
    double? InformationError = null)
{
    /// <summary>
    /// Whether the level says nothing: on average its posterior is its prior
    /// (<see cref="Collapse.Threshold"/> nats a dimension), or no dimension moves with x.
    /// </summary>
    public bool HasCollapsed => ActiveUnits == 0 || Rate < Dimensions * Collapse.Threshold;
}

/// <summary>−ELBO of a hierarchy on some data, by its terms, nats per example.</summary>
/// <param name="Reconstruction">E[−log p(x | z_1)].</param>
/// <param name="Levels">z_1 … z_T.</param>
/// <param name="StandardError">Of −ELBO, over the examples.</param>
/// <param name="N">Examples.</param>
/// <param name="DataDim">D.</param>
public sealed record HierarchyAccount(
    double Reconstruction, IReadOnlyList<LevelAccount> Levels, double StandardError, int N, int DataDim)
{
    /// <summary>Σ_t of the rates: KL(q(z_1 … z_T | x) ‖ p(z_1 … z_T)).</summary>
    public double Rate => Levels.Sum(level => level.Rate);

    /// <summary>An upper bound of −log p(x), whatever β was trained with.</summary>
    public double NegativeElbo => Reconstruction + Rate;

    /// <summary>
    /// KL(q(z_1 … z_T) ‖ p(z_1 … z_T)), where z_1 is the level whose information was measured: all that the
    /// levels know of x is then in it, and the rest of the rate is what the prior pays for the shape of q.
    /// Else null.
    /// </summary>
    public double? MarginalKl => Rate - Levels[0].MutualInformation;

    /// <summary>ln N: who can tell N examples apart knows no more.</summary>
    public double Ceiling => Math.Log(N);
}
