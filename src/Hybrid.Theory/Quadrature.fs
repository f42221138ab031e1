namespace Hybrid.Theory

open System
open MathNet.Numerics.Integration

/// <summary>Sums whose rounding error does not grow with the number of terms.</summary>
[<RequireQualifiedAccess>]
module Summation =

    /// <summary>Σ values, with the rounding error of every addition kept and added at the end.</summary>
    /// <remarks>
    /// Error at most 2⁻⁵³·|Σ v| + O(n²·2⁻¹⁰⁶)·Σ|v|. Unlike Kahan's, right also where a term exceeds the sum
    /// so far.
    /// Neumaier, ZAMM 54 (1974) 39–51.
    /// </remarks>
    [<CompiledName("Neumaier")>]
    let neumaier (values: seq<float>) : float =
        let mutable sum = 0.0
        let mutable lost = 0.0

        for v in values do
            let next = sum + v

            lost <-
                lost
                + (if abs sum >= abs v then
                       (sum - next) + v
                   else
                       (v - next) + sum)

            sum <- next

        // Once infinite or NaN, what was "lost" is NaN and must not hide an honest ±∞.
        if Double.IsFinite sum then sum + lost else sum

/// <summary>Integrals by definition, for checking closed forms.</summary>
[<AbstractClass; Sealed>]
type Quadrature private () =

    /// <summary>∫ f over the real line, for f analytic near it and decaying within 40 scales of the
    /// centre.</summary>
    /// <remarks>
    /// Trapezoid rule with step scale/16 over ±40 scales. For a Gaussian of standard deviation <c>scale</c>
    /// times a
    /// polynomial, the truncation error is below e⁻⁸⁰⁰ and the step error of order exp(−2π²·16²) relative:
    /// only rounding is
    /// left. Trefethen &amp; Weideman, SIAM Review 56 (2014) 385–458.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException"><c>scale</c> is not positive and finite.</exception>
    static member OverReals(centre: float, scale: float, f: Func<float, float>) : float =
        if not (scale > 0.0 && Double.IsFinite scale) then
            invalidArg (nameof scale) $"scale is {scale}; give the width of the integrand, a positive number"

        let h = scale / 16.0

        h
        * Summation.neumaier (seq { for i in -640 .. 640 -> f.Invoke(centre + float i * h) })

    /// <summary>∫ f over [lower, upper], for f smooth there.</summary>
    /// <remarks>
    /// 128-point Gauss–Legendre rule: exact for polynomials of degree 255; the error for an analytic f falls
    /// like
    /// ρ⁻²⁵⁶, with ρ the sum of semi-axes of the largest Bernstein ellipse in which f is analytic.
    /// </remarks>
    static member OverInterval(lower: float, upper: float, f: Func<float, float>) : float =
        let rule = GaussLegendreRule(lower, upper, 128)

        Summation.neumaier (
            seq { for i in 0 .. rule.Order - 1 -> rule.GetWeight i * f.Invoke(rule.GetAbscissa i) }
        )
