using Hybrid.Formulas;

namespace Hybrid.Devices;

public partial interface IOps
{
    /// <summary>
    /// What each component is responsible for: count[k] = Σ_b r_bk, first[k, d] = Σ_b r_bk (x_bd − mu_kd) and
    /// second[k, d] = Σ_b r_bk (x_bd − mu_kd)².
    /// </summary>
    /// <remarks>
    /// r_bk = e^(logScale[k] − Σ_d (x − mu)²·halfPrecision − log K − logDensity[b])
    /// (<see cref="Responsibility"/>): over d a chain of fused multiply-adds as in <see cref="MixtureLogDensity"/>,
    /// over b 32 partial sums and a butterfly. Nothing of size B·K is stored.
    /// </remarks>
    /// <param name="x">[B, D].</param>
    /// <param name="mu">Means, [K, D].</param>
    /// <param name="halfPrecision">½e^−ℓ, [K, D].</param>
    /// <param name="logScale">
    /// log (K·w) − ½ Σ_d (ℓ + log 2π), [K, 1]: as <see cref="IOps.MixtureLogDensity"/> takes it.
    /// </param>
    /// <param name="logDensity">log p(x), [B, 1].</param>
    /// <param name="count">[K, 1].</param>
    /// <param name="first">[K, D].</param>
    /// <param name="second">[K, D].</param>
    void MixtureMoments(
        Tensor x, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor logDensity,
        Tensor count, Tensor first, Tensor second);
}
