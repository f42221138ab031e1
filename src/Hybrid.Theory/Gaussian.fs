namespace Hybrid.Theory

open System

/// <summary>One-dimensional Gaussians N(μ, e^ℓ), ℓ = log σ²: closed forms, and the integrals that they
/// solve.</summary>
[<RequireQualifiedAccess>]
module Gaussian =

    let private log2Pi = log (2.0 * Math.PI)

    /// <summary>log N(x; μ, e^ℓ), in nats.</summary>
    /// <remarks>−½ (ln 2π + ℓ + (x − μ)² e^−ℓ).</remarks>
    [<CompiledName("LogDensityNats")>]
    let logDensity (mu: float) (logVar: float) (x: float) : float<nat> =
        let d = x - mu
        -0.5<nat> * (log2Pi + logVar + d * d * exp -logVar)

    /// <summary>Differential entropy of N(μ, e^ℓ), in nats: ½ (ln 2πe + ℓ), whatever μ is.</summary>
    /// <remarks>Cover &amp; Thomas 2006, example 8.1.2.</remarks>
    [<CompiledName("EntropyNats")>]
    let entropy (logVar: float) : float<nat> = 0.5<nat> * (log2Pi + 1.0 + logVar)

    /// <summary>−∫ q ln q of q = N(μ, e^ℓ), by quadrature, in nats: the definition of the entropy.</summary>
    [<CompiledName("EntropyByQuadratureNats")>]
    let entropyByQuadrature (mu: float) (logVar: float) : float<nat> =
        let integrand x =
            let logQ = float (logDensity mu logVar x)
            -(exp logQ) * logQ

        1.0<nat> * Quadrature.OverReals(mu, exp (0.5 * logVar), integrand)

    /// <summary>KL(N(μ_q, e^ℓ_q) ‖ N(μ_p, e^ℓ_p)), in nats.</summary>
    /// <remarks>
    /// ½ (e^δ − 1 − δ + (μ_q − μ_p)² e^−ℓ_p), δ = ℓ_q − ℓ_p; relatively accurate also where q ≈ p.
    /// Kullback 1959, chapter 9, in one dimension.
    /// </remarks>
    [<CompiledName("KlNats")>]
    let kl (muQ: float) (logVarQ: float) (muP: float) (logVarP: float) : float<nat> =
        let d = muQ - muP

        0.5<nat>
        * (Elementary.expAboveTangent (logVarQ - logVarP) + d * d * exp -logVarP)

    /// <summary>∫ q ln(q/p) of two Gaussians, by quadrature, in nats: the definition of the
    /// divergence.</summary>
    [<CompiledName("KlByQuadratureNats")>]
    let klByQuadrature (muQ: float) (logVarQ: float) (muP: float) (logVarP: float) : float<nat> =
        let integrand x =
            let logQ = float (logDensity muQ logVarQ x)
            exp logQ * (logQ - float (logDensity muP logVarP x))

        1.0<nat> * Quadrature.OverReals(muQ, exp (0.5 * logVarQ), integrand)

    /// <summary>KL(N(μ, e^ℓ) ‖ N(0, 1)), in nats: the rate of one latent dimension.</summary>
    /// <remarks>½ (μ² + e^ℓ − 1 − ℓ). Kingma &amp; Welling 2014, arXiv:1312.6114, appendix B.</remarks>
    [<CompiledName("KlStandardNormalNats")>]
    let klStandardNormal (mu: float) (logVar: float) : float<nat> = kl mu logVar 0.0 0.0

    /// <summary>∫ q ln(q/p), p = N(0, 1), by quadrature, in nats.</summary>
    [<CompiledName("KlStandardNormalByQuadratureNats")>]
    let klStandardNormalByQuadrature (mu: float) (logVar: float) : float<nat> =
        klByQuadrature mu logVar 0.0 0.0

    /// <summary>I(x; y) of two jointly Gaussian scalars with correlation ρ, in nats: −½ ln(1 − ρ²).</summary>
    /// <remarks>Cover &amp; Thomas 2006, example 8.5.1. Infinite at ρ = ±1.</remarks>
    /// <exception cref="T:System.ArgumentException"><c>rho</c> is outside [−1, 1].</exception>
    [<CompiledName("MutualInformationNats")>]
    let mutualInformation (rho: float) : float<nat> =
        if not (abs rho <= 1.0) then
            invalidArg (nameof rho) $"rho is {rho}; give a correlation between −1 and 1"

        -0.5<nat> * (Elementary.logOnePlus rho + Elementary.logOnePlus -rho)

    /// <summary>I(x; √γ·x + ε) of a Gaussian x and unit noise ε, in nats; λ are the variances of x along its
    /// axes.</summary>
    /// <remarks>½ Σ ln(1 + γ λ_i), the parallel Gaussian channel. Cover &amp; Thomas 2006, section
    /// 9.4.</remarks>
    /// <exception cref="T:System.ArgumentException">γ or a variance is negative or NaN.</exception>
    [<CompiledName("ChannelInformationNats")>]
    let channelInformation (snr: float) (variances: float[]) : float<nat> =
        if not (snr >= 0.0) then
            invalidArg (nameof snr) $"snr is {snr}; give a signal-to-noise ratio of at least 0"

        if variances |> Array.exists (fun v -> not (v >= 0.0)) then
            invalidArg
                (nameof variances)
                "variances holds a negative number or NaN; give variances of at least 0"

        0.5<nat>
        * Summation.neumaier (variances |> Seq.map (fun v -> Elementary.logOnePlus (snr * v)))
