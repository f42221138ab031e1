namespace Hybrid.Theory

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.LinearAlgebra.Double

/// <summary>The maximum-likelihood solution of probabilistic PCA.</summary>
type PpcaSolution =
    {
        /// <summary>W [D, K], one of the maximisers: all others are W·R with R orthogonal.</summary>
        Weights: float[,]
        /// <summary>σ², the mean of the discarded eigenvalues.</summary>
        NoiseVariance: float
        /// <summary>−E log p(x), nats per sample.</summary>
        NegativeLogLikelihoodNats: float<nat>
    }

/// <summary>Probabilistic PCA: x = Wz + b + σε, so x ~ N(b, WWᵀ + σ²I).</summary>
/// <remarks>Tipping &amp; Bishop, JRSS B 61 (1999) 611–622.</remarks>
[<RequireQualifiedAccess>]
module Ppca =

    /// <summary>−E log p(x) of any model (W [D, K], b [D], σ²) on zero-mean data of this covariance, nats
    /// per sample.</summary>
    /// <remarks>
    /// ½ (D ln 2π + ln det C + tr C⁻¹(Σ + bbᵀ)), C = WWᵀ + σ²I. Tipping &amp; Bishop 1999, eq. 4.
    /// No linear VAE with this decoder has a −ELBO below it.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">Shapes differ or σ² is not positive.</exception>
    [<CompiledName("NegativeLogLikelihoodNats")>]
    let negativeLogLikelihood
        (covariance: float[,])
        (weights: float[,])
        (bias: float[])
        (noiseVariance: float)
        : float<nat> =
        let sigma = Covariance.ofArray (nameof covariance) covariance
        let d = sigma.RowCount

        if weights.GetLength 0 <> d || bias.Length <> d then
            invalidArg
                (nameof weights)
                $"weights has {weights.GetLength 0} rows, bias {bias.Length} values; give {d}, one per dimension"

        if not (noiseVariance > 0.0) then
            invalidArg (nameof noiseVariance) $"noiseVariance is {noiseVariance}; give a positive variance"

        let w: Matrix<float> = DenseMatrix.OfArray weights
        let b: Vector<float> = DenseVector.OfArray bias
        let model = w * w.Transpose() + noiseVariance * DenseMatrix.CreateIdentity d
        let chol = Covariance.cholesky (nameof weights) model

        0.5<nat>
        * (float d * log (2.0 * Math.PI)
           + chol.DeterminantLn
           + (chol.Solve sigma).Trace()
           + b.DotProduct(chol.Solve b))

    /// <summary>The maximum-likelihood model with <c>latents</c> dimensions for data of this
    /// covariance.</summary>
    /// <remarks>
    /// σ² = mean of λ_{K+1} … λ_D; W = U_K (Λ_K − σ²I)^½. −E log p =
    /// ½ (D ln 2πe + Σ_{i≤K} ln λ_i + (D − K) ln σ²). Tipping &amp; Bishop 1999, eq. 7 and 8.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">
    /// latents is not in 0 … D − 1, or a discarded eigenvalue leaves no noise variance.
    /// </exception>
    [<CompiledName("MaximumLikelihood")>]
    let maximumLikelihood (covariance: float[,]) (latents: int) : PpcaSolution =
        let lambda, axes =
            Covariance.ofArray (nameof covariance) covariance |> Covariance.eigen

        let d = lambda.Length

        if latents < 0 || latents >= d then
            invalidArg
                (nameof latents)
                $"latents is {latents}; give 0 to {d - 1}, fewer than the {d} dimensions"

        let kept, discarded = Array.splitAt latents lambda
        let noise = Summation.neumaier discarded / float (d - latents)

        if not (noise > 0.0) then
            invalidArg (nameof covariance) $"covariance has rank {latents} or less; give fewer latents"

        let logDet = Summation.neumaier (Seq.map log kept) + float (d - latents) * log noise

        { Weights = Array2D.init d latents (fun i k -> sqrt (lambda[k] - noise) * axes[i, k])
          NoiseVariance = noise
          NegativeLogLikelihoodNats = 0.5<nat> * (float d * log (2.0 * Math.PI * Math.E) + logDet) }
