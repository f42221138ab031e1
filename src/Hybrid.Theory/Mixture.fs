namespace Hybrid.Theory

open System

/// <summary>Equal mixtures of diagonal Gaussians: what an encoder makes of a data set.</summary>
[<RequireQualifiedAccess>]
module Mixture =

    /// <summary>log (1/N) Σ_n Π_d N(z_d; μ_nd, e^ℓ_nd), in nats.</summary>
    /// <remarks>
    /// The definition, with the largest term taken out so that it cannot be 0. Hoffman &amp; Johnson 2016,
    /// "ELBO surgery", eq. 8.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">No component, or shapes that differ.</exception>
    [<CompiledName("LogDensityNats")>]
    let logDensity (mu: float[][]) (logVar: float[][]) (z: float[]) : float<nat> =
        if mu.Length = 0 || mu.Length <> logVar.Length then
            invalidArg (nameof logVar) $"logVar has {logVar.Length} rows and mu {mu.Length}; give one each"

        let density (m: float[]) (l: float[]) =
            if m.Length <> z.Length || l.Length <> z.Length then
                invalidArg (nameof z) $"z has {z.Length} values and a component {m.Length}; give one each"

            Summation.neumaier (Seq.map3 (fun m l z -> float (Gaussian.logDensity m l z)) m l z)

        let terms = Array.map2 density mu logVar
        let largest = Array.max terms
        let sum = Summation.neumaier (terms |> Seq.map (fun t -> exp (t - largest)))
        1.0<nat> * (largest + log (sum / float terms.Length))

    /// <summary>What each component has of the density at z: Bayes' rule with equal weights.</summary>
    /// <remarks>N(z; μ_n, e^ℓ_n) / Σ_m N(z; μ_m, e^ℓ_m). Bishop 2006, eq. 9.23.</remarks>
    /// <exception cref="T:System.ArgumentException">No component, or shapes that differ.</exception>
    [<CompiledName("Responsibilities")>]
    let responsibilities (mu: float[][]) (logVar: float[][]) (z: float[]) : float[] =
        let own m l =
            exp (float (logDensity [| m |] [| l |] z))

        let densities = Array.map2 own mu logVar
        let sum = Summation.neumaier densities
        densities |> Array.map (fun density -> density / sum)
