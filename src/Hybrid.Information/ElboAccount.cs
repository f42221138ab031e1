namespace Hybrid.Information;

/// <summary>
/// One account of a VAE on some data, in nats per example: sums over dimensions, means over examples.
/// </summary>
/// <param name="Reconstruction">E[−log p(x | z)].</param>
/// <param name="Kl">E[KL(q(z | x) ‖ p(z))]: the rate.</param>
/// <param name="MutualInformation">
/// I_q(n; z), the part of the rate that tells examples apart (<see cref="RateAccount"/>); NaN where it was not
/// measured.
/// </param>
/// <param name="StandardError">Of −ELBO, over the examples; NaN where it was not measured.</param>
/// <param name="ActiveUnits">Latent dimensions that the encoder uses; −1 where it was not measured.</param>
/// <param name="DataDim">D.</param>
public readonly record struct ElboAccount(
    double Reconstruction, double Kl, double MutualInformation, double StandardError, int ActiveUnits, int DataDim)
{
    /// <summary>−ELBO, nats per example: an upper bound of −log p(x), whatever β was trained with.</summary>
    public double NegativeElbo => Reconstruction + Kl;

    /// <summary>−ELBO / D, nats per dimension.</summary>
    public double NatsPerDim => NegativeElbo / DataDim;

    /// <summary>−ELBO / (D log 2), bits per dimension.</summary>
    public double BitsPerDim => NatsPerDim / Math.Log(2);
}
