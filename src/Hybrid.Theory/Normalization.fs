namespace Hybrid.Theory

/// <summary>Numbers that share a mean and a standard deviation: a group's or a layer's.</summary>
[<RequireQualifiedAccess>]
module Normalization =

    let private mean (x: float[]) =
        if x.Length = 0 then
            invalidArg (nameof x) "x has no number; give at least one"

        Summation.neumaier x / float x.Length

    /// <summary>The mean of (x − μ)²: the biased variance.</summary>
    /// <exception cref="T:System.ArgumentException">No number.</exception>
    [<CompiledName("Variance")>]
    let variance (x: float[]) : float =
        let mu = mean x
        mean (x |> Array.map (fun x -> (x - mu) * (x - mu)))

    /// <summary>x̂ = (x − μ)/√(v + ε) of each number.</summary>
    /// <remarks>
    /// Wu &amp; He 2018, arXiv:1803.08494, eqs. 1 and 3; Ba et al. 2016, arXiv:1607.06450, eqs. 3 and 4.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">No number.</exception>
    [<CompiledName("Normalized")>]
    let normalized (epsilon: float) (x: float[]) : float[] =
        let mu, deviation = mean x, sqrt (variance x + epsilon)
        x |> Array.map (fun x -> (x - mu) / deviation)

    /// <summary>The adjoints of the numbers, from those of x̂.</summary>
    /// <remarks>
    /// The whole Jacobian by the product rule, with ∂μ/∂x_j = 1/m and ∂v/∂x_j = 2(x_j − μ)/m:
    /// ∂x̂_i/∂x_j = (δ_ij − 1/m)/√(v + ε) − (x_i − μ)·(x_j − μ)/m·(v + ε)^(−3/2).
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">No number, or lengths that differ.</exception>
    [<CompiledName("Adjoints")>]
    let adjoints (epsilon: float) (x: float[]) (normalizedAdjoints: float[]) : float[] =
        if normalizedAdjoints.Length <> x.Length then
            invalidArg
                (nameof normalizedAdjoints)
                $"normalizedAdjoints are {normalizedAdjoints.Length} and x {x.Length}; give one each"

        let mu, v, m = mean x, variance x + epsilon, float x.Length

        Array.init x.Length (fun j ->
            Summation.neumaier (
                seq {
                    for i in 0 .. x.Length - 1 do
                        let own = if i = j then 1.0 else 0.0
                        let direct = (own - 1.0 / m) / sqrt v
                        let scale = (x[i] - mu) * (x[j] - mu) / m / (v * sqrt v)
                        normalizedAdjoints[i] * (direct - scale)
                }
            ))
