namespace Hybrid.Theory

open System

/// <summary>Grey values on [0, 1]: p(x) ∝ λ^x (1 − λ)^(1 − x), with log-odds ℓ, λ = 1/(1 + e^−ℓ).</summary>
/// <remarks>
/// Loaiza-Ganem and Cunningham 2019, arXiv:1907.06845. The normaliser is an integral here, so that no closed
/// form with its singularity at λ = ½ has a part in it.
/// </remarks>
[<RequireQualifiedAccess>]
module ContinuousBernoulli =

    /// e^(ℓx) less its greatest value, max(ℓ, 0): λ^x (1 − λ)^(1 − x) up to a factor.
    let private weight (logit: float) (x: float) = exp (logit * x - max logit 0.0)

    let private integral (f: float -> float) =
        Quadrature.OverInterval(0.0, 1.0, Func<float, float> f)

    /// <summary>log p(x), in nats; a density, so it may be positive.</summary>
    /// <remarks>x ln λ + (1 − x) ln(1 − λ) − ln ∫₀¹ λ^t (1 − λ)^(1 − t) dt.</remarks>
    /// <exception cref="T:System.ArgumentException">x is outside [0, 1].</exception>
    [<CompiledName("LogDensityNats")>]
    let logDensity (logit: float) (x: float) : float<nat> =
        if not (x >= 0.0 && x <= 1.0) then
            invalidArg (nameof x) $"x is {x}; give a value between 0 and 1"

        1.0<nat> * (logit * x - max logit 0.0 - log (integral (weight logit)))

    /// <summary>E[x], by the integral that defines it.</summary>
    [<CompiledName("Mean")>]
    let mean (logit: float) : float =
        integral (fun x -> x * weight logit x) / integral (weight logit)
