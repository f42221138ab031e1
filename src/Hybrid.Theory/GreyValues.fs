namespace Hybrid.Theory

open System

/// <summary>Probabilities of grey values k/(V − 1), k = 0 … V − 1, one by one.</summary>
[<RequireQualifiedAccess>]
module GreyValues =

    let private logistic (mu: float) (scale: float) (x: float) =
        let t = exp (-(abs (x - mu)) / scale)
        t / (scale * (1.0 + t) * (1.0 + t))

    /// <summary>The probability of value k of V: the part of a logistic density in its bin; the outer bins reach to
    /// ∓∞.</summary>
    /// <remarks>
    /// Salimans et al. 2017, arXiv:1701.05517, equation 2. Inner bins are integrals of the density, cut where it
    /// has a kink in this form; the outer ones are tails.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">The scale is not positive, or k is not a value.</exception>
    [<CompiledName("LogisticBin")>]
    let logisticBin (values: int) (mu: float) (scale: float) (k: int) : float =
        if not (scale > 0.0) then
            invalidArg (nameof scale) $"scale is {scale}; give a positive number"

        if k < 0 || k >= values then
            invalidArg (nameof k) $"k is {k}; give a value from 0 to {values - 1}"

        let step = 1.0 / float (values - 1)
        let lower, upper = (float k - 0.5) * step, (float k + 0.5) * step

        let integral a b =
            if b > a then
                Quadrature.OverInterval(a, b, Func<float, float>(logistic mu scale))
            else
                0.0

        if k = 0 then
            Elementary.sigmoid ((upper - mu) / scale)
        elif k = values - 1 then
            Elementary.sigmoid ((mu - lower) / scale)
        else
            integral lower (min upper (max lower mu))
            + integral (max lower (min upper mu)) upper

    /// <summary>Σ_k π_k P_k, π the softmax of the scores.</summary>
    /// <remarks>Salimans et al. 2017, arXiv:1701.05517, equation 2.</remarks>
    [<CompiledName("LogisticMixtureBin")>]
    let logisticMixtureBin (values: int) (scores: float[]) (mu: float[]) (scale: float[]) (k: int) : float =
        let weights = scores |> Array.map (fun score -> exp (score - Array.max scores))

        Array.map3 (fun weight mu scale -> weight * logisticBin values mu scale k) weights mu scale
        |> Array.sum
        |> fun sum -> sum / Array.sum weights

    /// <summary>e^score_k / Σ_v e^score_v.</summary>
    [<CompiledName("Softmax")>]
    let softmax (scores: float[]) (k: int) : float =
        1.0 / (scores |> Array.sumBy (fun score -> exp (score - scores[k])))

    /// <summary>Σ_k P(k)·k/(V − 1).</summary>
    [<CompiledName("Mean")>]
    let mean (values: int) (probability: Func<int, float>) : float =
        Summation.neumaier (
            seq { for k in 0 .. values - 1 -> probability.Invoke k * float k / float (values - 1) }
        )
