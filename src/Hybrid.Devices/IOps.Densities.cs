using Hybrid.Formulas;

namespace Hybrid.Devices;

public partial interface IOps
{
    /// <summary>y = factor·x.</summary>
    void Scale(Tensor x, float factor, Tensor y);

    /// <summary>y[b] = Σ_d log N(x; mu, e^logVar), nats: minus a row sum of <see cref="GaussianNll"/>.</summary>
    void GaussianLogDensityRows(Tensor x, Tensor mu, Tensor logVar, Tensor y);

    /// <summary>dx = −dy[b]·∂nll/∂x, dLogVar = −dy[b]·∂nll/∂logVar; the adjoint of mu is −dx.</summary>
    void GaussianLogDensityRowsGrad(Tensor x, Tensor mu, Tensor logVar, Tensor dy, Tensor dx, Tensor dLogVar);

    /// <summary>dLogVar = −halfPrecision·dHalfPrecision − ½·dLogScale[n].</summary>
    void GaussianScalesGrad(Tensor halfPrecision, Tensor dHalfPrecision, Tensor dLogScale, Tensor dLogVar);

    /// <summary>dz of <see cref="MixtureLogDensity"/>: −2·dy[b]·Σ_n r·(z − mu)·halfPrecision.</summary>
    /// <remarks>
    /// Shares r = e^(score − log N − logDensity) are made again (<see cref="Responsibility"/>), the squares of a score
    /// as in the density itself. The sum is one chain of fused steps over n, ascending from +0; the factor −2·dy comes
    /// last. Nothing of size B·N is stored.
    /// </remarks>
    /// <param name="z">[B, D].</param>
    /// <param name="mu">[N, D].</param>
    /// <param name="halfPrecision">[N, D].</param>
    /// <param name="logScale">[N, 1].</param>
    /// <param name="logDensity">What <see cref="MixtureLogDensity"/> gave, [B, 1].</param>
    /// <param name="dy">Its adjoint, [B, 1].</param>
    /// <param name="dz">[B, D].</param>
    /// <param name="weights">The density's.</param>
    void MixtureGradRows(
        Tensor z, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor logDensity, Tensor dy, Tensor dz,
        MixtureWeights weights = default);

    /// <summary>The other adjoints, with w = dy[b]·r: three sums over b.</summary>
    /// <remarks>
    /// dMu = (2·halfPrecision)·Σ w·(z − mu), dHalfPrecision = −Σ w·(z − mu)², dLogScale[n] = Σ w: chains over b,
    /// ascending from +0, the second of fused steps (w·(z − mu))·(z − mu).
    /// </remarks>
    void MixtureGradComponents(
        Tensor z, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor logDensity, Tensor dy, Tensor dMu,
        Tensor dHalfPrecision, Tensor dLogScale, MixtureWeights weights = default);

    /// <summary>dz of <see cref="MixtureLogMarginals"/>: −2·dy[b, d]·Σ_n r·(z − mu)·halfPrecision.</summary>
    /// <remarks>Each column as <see cref="MixtureGradRows"/> of that column alone, to the bit.</remarks>
    /// <param name="z">[B, D].</param>
    /// <param name="mu">[N, D].</param>
    /// <param name="logVar">[N, D].</param>
    /// <param name="halfPrecision">[N, D].</param>
    /// <param name="logMarginals">What <see cref="MixtureLogMarginals"/> gave, [B, D].</param>
    /// <param name="dy">Its adjoint, [B, D].</param>
    /// <param name="dz">[B, D].</param>
    /// <param name="weights">The marginals'.</param>
    void MixtureMarginalGradRows(
        Tensor z, Tensor mu, Tensor logVar, Tensor halfPrecision, Tensor logMarginals, Tensor dy, Tensor dz,
        MixtureWeights weights = default);

    /// <summary>The other adjoints, with w = dy[b, d]·r; all [N, D].</summary>
    /// <remarks>
    /// Each column as <see cref="MixtureGradComponents"/> of that column alone, to the bit; dLogVar = −½ Σ w is that of
    /// logVar in the scale, without its part in halfPrecision.
    /// </remarks>
    void MixtureMarginalGradComponents(
        Tensor z, Tensor mu, Tensor logVar, Tensor halfPrecision, Tensor logMarginals, Tensor dy, Tensor dMu,
        Tensor dHalfPrecision, Tensor dLogVar, MixtureWeights weights = default);

    /// <summary>y = x·e^s + t (<see cref="Coupling"/>), logDet[b] = Σ_d s.</summary>
    void AffineCoupling(Tensor x, Tensor s, Tensor t, Tensor y, Tensor logDet);

    /// <summary>dx = dy·e^s, ds = dx·x + dLogDet[b]; the adjoint of t is dy.</summary>
    void AffineCouplingGrad(Tensor x, Tensor s, Tensor dy, Tensor dLogDet, Tensor dx, Tensor ds);

    /// <summary>x = (y − t)·e^−s (<see cref="CouplingInverse"/>).</summary>
    void AffineCouplingInverse(Tensor y, Tensor s, Tensor t, Tensor x);
}
