namespace Hybrid.Theory

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.LinearAlgebra.Double

/// <summary>How much two densities share: the Bhattacharyya coefficient ∫ √(q p), 1 where they are equal and 0
/// where they never meet.</summary>
/// <remarks>Bhattacharyya 1943; no unit. KL(q ‖ p) ≥ −2 ln ∫ √(q p) (Jensen): little overlap is a large
/// KL.</remarks>
[<RequireQualifiedAccess>]
module Overlap =

    /// <summary>∫ √(N(z; mean, variance) N(z; 0, 1)) dz.</summary>
    /// <remarks>√(2σ/(1 + σ²)) e^(−m²/4(1 + σ²)).</remarks>
    /// <exception cref="T:System.ArgumentException">The variance is not positive.</exception>
    [<CompiledName("WithStandardNormal")>]
    let withStandardNormal (mean: float) (variance: float) : float =
        if not (variance > 0.0) then
            invalidArg (nameof variance) $"variance is {variance}; give a positive one"

        sqrt (2.0 * sqrt variance / (1.0 + variance))
        * exp (-mean * mean / (4.0 * (1.0 + variance)))

    /// <summary>E_x of the coefficient of q(z|x) and the prior N(0, I), for Gaussian x of mean 0 and the given
    /// covariance [D, D].</summary>
    /// <remarks>
    /// The posterior's mean is Gaussian over x, m ~ N(v₀, C) with C = VΣVᵀ, and with B = diag 2(1 + s)
    /// E e^(−½ mᵀB⁻¹m) = (det B / det(B + C))^½ e^(−½ v₀ᵀ(B + C)⁻¹v₀).
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">A variance is not positive, or shapes differ.</exception>
    [<CompiledName("OfLinearVae")>]
    let ofLinearVae (parameters: LinearVaeParameters) (covariance: float[,]) : float =
        let sigma = Covariance.ofArray (nameof covariance) covariance
        let encoder: Matrix<float> = DenseMatrix.OfArray parameters.EncoderWeights
        let bias: Vector<float> = DenseVector.OfArray parameters.EncoderBias
        let s = parameters.PosteriorVariance
        let spread = s |> Array.map (fun variance -> 2.0 * (1.0 + variance))
        let means = encoder * sigma * encoder.Transpose()
        let sum = means + DenseMatrix.OfDiagonalArray spread

        let chol = Covariance.cholesky (nameof covariance) (0.5 * (sum + sum.Transpose()))

        let logSpread = Summation.neumaier (spread |> Seq.map log)

        let atMean =
            s |> Array.fold (fun product v -> product * withStandardNormal 0.0 v) 1.0

        atMean
        * exp (0.5 * (logSpread - chol.DeterminantLn - bias.DotProduct(chol.Solve bias)))
