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

    /// <summary>log Σ_k w_k N(x; μ_k, diag e^ℓ_k), in nats.</summary>
    /// <remarks>Bishop 2006, eq. 9.7. Each weight goes in as its logarithm.</remarks>
    /// <exception cref="T:System.ArgumentException">No component, or shapes that differ.</exception>
    [<CompiledName("WeightedLogDensityNats")>]
    let weightedLogDensity (weights: float[]) (mu: float[][]) (logVar: float[][]) (x: float[]) : float<nat> =
        if weights.Length <> mu.Length then
            invalidArg
                (nameof weights)
                $"weights has {weights.Length} values and mu {mu.Length} rows; give one each"

        let terms =
            Array.mapi (fun k w -> log w + float (logDensity [| mu[k] |] [| logVar[k] |] x)) weights

        let largest = Array.max terms

        1.0<nat>
        * (largest
           + log (Summation.neumaier (terms |> Seq.map (fun t -> exp (t - largest)))))

    /// <summary>Mean log-likelihood of rows x under a weighted mixture, in nats per row.</summary>
    [<CompiledName("LogLikelihoodNats")>]
    let logLikelihood (weights: float[]) (mu: float[][]) (logVar: float[][]) (x: float[][]) : float<nat> =
        1.0<nat>
        * Summation.neumaier (x |> Seq.map (fun row -> float (weightedLogDensity weights mu logVar row)))
        / float x.Length

    /// <summary>Weights, means and log-variances after one step of EM on rows x.</summary>
    /// <remarks>
    /// r_nk = w_k N(x_n; k) / p(x_n); N_k = Σ_n r_nk; then w_k = N_k/N, μ_k = Σ_n r_nk x_n / N_k and the
    /// variance Σ_n r_nk (x_n − μ_k)² / N_k about the new mean. Bishop 2006, eqs. 9.23 to 9.27, diagonal.
    /// </remarks>
    [<CompiledName("ExpectationMaximization")>]
    let expectationMaximization
        (weights: float[])
        (mu: float[][])
        (logVar: float[][])
        (x: float[][])
        : struct (float[] * float[][] * float[][]) =
        let densities = x |> Array.map (weightedLogDensity weights mu logVar)

        let responsibility k =
            Array.map2
                (fun row (density: float<nat>) ->
                    let joint = log weights[k] + float (logDensity [| mu[k] |] [| logVar[k] |] row)
                    exp (joint - float density))
                x
                densities

        let components =
            Array.init weights.Length (fun k ->
                let r = responsibility k
                let count = Summation.neumaier r

                let mean f =
                    Summation.neumaier (Seq.map2 (fun weight row -> weight * f row) r x) / count

                let m = Array.init mu[k].Length (fun d -> mean (fun row -> row[d]))

                let l =
                    Array.init m.Length (fun d -> log (mean (fun row -> (row[d] - m[d]) * (row[d] - m[d]))))

                count / float x.Length, m, l)

        struct (components |> Array.map (fun (w, _, _) -> w),
                components |> Array.map (fun (_, m, _) -> m),
                components |> Array.map (fun (_, _, l) -> l))
