namespace Hybrid.Information;

/// <summary>−ELBO of a VAE whose prior is another model's density, in nats per example.</summary>
/// <remarks>
/// rate = E log q(z | x) − E log p(z) = I_q(n; z) + KL(q(z) ‖ p(z)) (Hoffman &amp; Johnson 2016): encoder and decoder
/// leave I_q and the distortion as they are, so that a better prior can only close KL(q(z) ‖ p(z)).
/// </remarks>
/// <param name="Distortion">E −log p(x | z).</param>
/// <param name="Rate">E log q(z | x) − log p(z), over the draws.</param>
/// <param name="RateStandardError">Of the rate: each draw's two logarithms rise and fall together.</param>
/// <param name="MutualInformation">I_q(n; z) of these examples.</param>
public sealed record LatentAccount(double Distortion, double Rate, double RateStandardError, double MutualInformation)
{
    public double NegativeElbo => Distortion + Rate;

    /// <summary>KL(q(z) ‖ p(z)), the part that a prior can close.</summary>
    public double MarginalKl => Rate - MutualInformation;

    #region latent-account
    /// <summary>Of N draws.</summary>
    /// <param name="distortion">E −log p(x | z).</param>
    /// <param name="logPosterior">log q(z | x) of each, [N].</param>
    /// <param name="surprise">−log p(z) of each, [N].</param>
    /// <param name="mutualInformation">I_q(n; z) of the N.</param>
    public static LatentAccount Of(
        double distortion, ReadOnlySpan<double> logPosterior, ReadOnlySpan<double> surprise, double mutualInformation)
    {
        var N = logPosterior.Length;
        double rate = 0, squares = 0;
        for (var n = 0; n < N; n++) rate += (logPosterior[n] + surprise[n]) / N;
        for (var n = 0; n < N; n++) squares += Math.Pow(logPosterior[n] + surprise[n] - rate, 2);
        return new(distortion, rate, Math.Sqrt(squares / Math.Max(1, N - 1) / N), mutualInformation);
    }
    #endregion
}
