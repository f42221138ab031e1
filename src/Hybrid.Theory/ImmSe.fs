namespace Hybrid.Theory

open System

/// <summary>Information and densities as integrals of the least squared error over all levels of noise.</summary>
/// <remarks>
/// The channel is z = √γ·x + ε, γ a signal-to-noise ratio. Guo, Shamai &amp; Verdú 2005, arXiv:cs/0412108; Kong,
/// Brekelmans &amp; Ver Steeg 2023, arXiv:2302.03792.
/// </remarks>
[<RequireQualifiedAccess>]
module ImmSe =

    /// <summary>Σ λ/(1 + γλ): the least error of a Gaussian with variances λ.</summary>
    [<CompiledName("GaussianMmse")>]
    let gaussianMmse (variances: float[]) (gamma: float) : float =
        Summation.neumaier (variances |> Seq.map (fun v -> v / (1.0 + gamma * v)))

    /// <summary>1 − E tanh(γ − √γ·ε): the least error of a fair ±1.</summary>
    /// <remarks>Guo, Shamai &amp; Verdú 2005, eq. 17.</remarks>
    [<CompiledName("SignMmse")>]
    let signMmse (gamma: float) : float =
        1.0
        - Quadrature.OverReals(
            0.0,
            1.0,
            fun e -> exp (-0.5 * e * e) / sqrt (2.0 * Math.PI) * tanh (gamma - sqrt gamma * e)
        )

    /// ∫₀^∞ f dγ over u = log γ, where f falls like γ⁻² and is finite at 0: ±40 leaves e⁻⁴⁰.
    let private overRatios (f: float -> float) =
        Quadrature.OverReals(
            0.0,
            1.0,
            fun u ->
                let gamma = exp u
                gamma * f gamma
        )

    /// <summary>h(x) = ½ ln 2πe·D − ½∫₀^∞ (D/(1 + γ) − mmse(γ)) dγ, nats, of data with a density.</summary>
    /// <remarks>Kong et al. 2023, eq. 7.</remarks>
    [<CompiledName("EntropyNats")>]
    let entropy (dimensions: int) (mmse: Func<float, float>) : float<nat> =
        let d = float dimensions

        0.5<nat>
        * (d * log (2.0 * Math.PI * Math.E)
           - overRatios (fun gamma -> d / (1.0 + gamma) - mmse.Invoke gamma))

    /// <summary>H(x) = ½∫₀^∞ mmse(γ) dγ, nats, of data that take countably many values.</summary>
    /// <remarks>Kong et al. 2023, eq. 9.</remarks>
    [<CompiledName("DiscreteEntropyNats")>]
    let discreteEntropy (mmse: Func<float, float>) : float<nat> = 0.5<nat> * overRatios mmse.Invoke
