namespace Hybrid.Theory

open MathNet.Numerics

/// <summary>Elementary functions in double precision that .NET lacks, or has only with
/// cancellation.</summary>
[<RequireQualifiedAccess>]
module Elementary =

    /// <summary>ln(1 + x) without cancellation near 0; double.LogP1 is Math.Log(x + 1) and loses
    /// it.</summary>
    /// <remarks>
    /// ln(u)·x/(u − 1) with u = 1 + x rounded: the rounding of u cancels.
    /// Goldberg, ACM Computing Surveys 23 (1991), theorem 4 (due to Kahan).
    /// </remarks>
    [<CompiledName("LogOnePlus")>]
    let logOnePlus (x: float) : float =
        let u = 1.0 + x

        if u = 1.0 then x
        elif u = infinity then u
        else log u * x / (u - 1.0)

    /// <summary>e^x − 1 − x, the part of the exponential above its tangent, without cancellation near
    /// 0.</summary>
    /// <remarks>Taylor series Σ_{n≥2} xⁿ/n! for |x| &lt; 1, the definition elsewhere.</remarks>
    [<CompiledName("ExpAboveTangent")>]
    let expAboveTangent (x: float) : float =
        if abs x < 1.0 then
            // 21 terms: 1/22! < 2⁻⁵³ · ½. Horner from the smallest term.
            let mutable tail = 1.0

            for n in 22..-1..3 do
                tail <- 1.0 + tail * x / float n

            0.5 * x * x * tail
        else
            exp x - 1.0 - x

    /// <summary>The logistic function 1/(1 + e^−x).</summary>
    [<CompiledName("Sigmoid")>]
    let sigmoid (x: float) : float = 1.0 / (1.0 + exp -x)

    /// <summary>ln(1 + e^x), the integral of the sigmoid; overflows nowhere.</summary>
    [<CompiledName("Softplus")>]
    let softplus (x: float) : float = max x 0.0 + logOnePlus (exp -(abs x))

    /// <summary>Φ(x), the probability that a standard normal variable is below x.</summary>
    /// <remarks>½ erfc(−x/√2), which keeps its relative accuracy in the lower tail; erfc is
    /// MathNet's.</remarks>
    [<CompiledName("NormalCdf")>]
    let normalCdf (x: float) : float =
        0.5 * SpecialFunctions.Erfc(-x / sqrt 2.0)
