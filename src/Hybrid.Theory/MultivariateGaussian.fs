namespace Hybrid.Theory

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.LinearAlgebra.Double

/// <summary>Gaussians in D dimensions, with diagonal (logVar: [D]) or full (covariance: [D, D])
/// covariance.</summary>
[<RequireQualifiedAccess>]
module MultivariateGaussian =

    let private log2Pi = log (2.0 * Math.PI)

    let private vector (name: string) (dimensions: int) (values: float[]) : Vector<float> =
        if values.Length <> dimensions then
            invalidArg name $"{name} has {values.Length} values; give {dimensions}, as many as dimensions"

        DenseVector.OfArray values

    /// <summary>log N(x; mean, covariance), in nats. Shapes: mean, x [D]; covariance [D, D].</summary>
    /// <remarks>−½ (D ln 2π + ln det Σ + (x − m)ᵀ Σ⁻¹ (x − m)). Bishop 2006, eq. 2.43.</remarks>
    /// <exception cref="T:System.ArgumentException">Shapes differ, or the covariance is not positive
    /// definite.</exception>
    [<CompiledName("LogDensityNats")>]
    let logDensity (mean: float[]) (covariance: float[,]) (x: float[]) : float<nat> =
        let sigma = Covariance.ofArray (nameof covariance) covariance
        let d = sigma.RowCount
        let chol = Covariance.cholesky (nameof covariance) sigma
        let r = vector (nameof x) d x - vector (nameof mean) d mean
        -0.5<nat> * (float d * log2Pi + chol.DeterminantLn + r.DotProduct(chol.Solve r))

    /// <summary>Differential entropy of independent N(μ_d, e^ℓ_d), in nats, summed over dimensions.</summary>
    /// <remarks>½ Σ (ln 2πe + ℓ_d).</remarks>
    [<CompiledName("EntropyDiagonalNats")>]
    let entropyDiagonal (logVar: float[]) : float<nat> =
        1.0<nat>
        * Summation.neumaier (logVar |> Seq.map (fun l -> float (Gaussian.entropy l)))

    /// <summary>Differential entropy of N(·, covariance), in nats.</summary>
    /// <remarks>½ (D ln 2πe + ln det Σ). Cover &amp; Thomas 2006, theorem 8.4.1.</remarks>
    /// <exception cref="T:System.ArgumentException">The covariance is not positive definite.</exception>
    [<CompiledName("EntropyNats")>]
    let entropy (covariance: float[,]) : float<nat> =
        let d = float (covariance.GetLength 0)
        0.5<nat> * (d * (log2Pi + 1.0) + Covariance.logDeterminant covariance)

    /// <summary>KL(∏ N(μ_d, e^ℓ_d) ‖ N(0, I)), in nats, summed over dimensions: the rate of one
    /// posterior.</summary>
    /// <remarks>½ Σ (μ_d² + e^ℓ_d − 1 − ℓ_d). Kingma &amp; Welling 2014, arXiv:1312.6114, eq. 10.</remarks>
    /// <exception cref="T:System.ArgumentException">Shapes differ.</exception>
    [<CompiledName("KlDiagonalStandardNormalNats")>]
    let klDiagonalStandardNormal (mu: float[]) (logVar: float[]) : float<nat> =
        if mu.Length <> logVar.Length then
            invalidArg (nameof logVar) $"logVar has {logVar.Length} values and mu {mu.Length}; give one each"

        1.0<nat>
        * Summation.neumaier (Seq.map2 (fun m l -> float (Gaussian.klStandardNormal m l)) mu logVar)

    /// <summary>KL(N(m_q, Σ_q) ‖ N(m_p, Σ_p)), in nats. Shapes: means [D], covariances [D, D].</summary>
    /// <remarks>
    /// ½ (tr Σ_p⁻¹Σ_q − D + (m_p − m_q)ᵀ Σ_p⁻¹ (m_p − m_q) + ln det Σ_p − ln det Σ_q). Kullback 1959,
    /// chapter 9.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">Shapes differ, or a covariance is not positive
    /// definite.</exception>
    [<CompiledName("KlNats")>]
    let kl (meanQ: float[]) (covarianceQ: float[,]) (meanP: float[]) (covarianceP: float[,]) : float<nat> =
        let q = Covariance.ofArray (nameof covarianceQ) covarianceQ
        let p = Covariance.ofArray (nameof covarianceP) covarianceP
        let d = p.RowCount

        if q.RowCount <> d then
            invalidArg (nameof covarianceQ) $"covarianceQ has {q.RowCount} rows; give {d}, as in covarianceP"

        let cholQ = Covariance.cholesky (nameof covarianceQ) q
        let cholP = Covariance.cholesky (nameof covarianceP) p
        let r = vector (nameof meanQ) d meanQ - vector (nameof meanP) d meanP

        0.5<nat>
        * ((cholP.Solve q).Trace() - float d
           + r.DotProduct(cholP.Solve r)
           + cholP.DeterminantLn
           - cholQ.DeterminantLn)

    /// <summary>I(a; b) of the first <c>firstBlock</c> coordinates and the rest of one joint Gaussian, in
    /// nats.</summary>
    /// <remarks>½ (ln det Σ_a + ln det Σ_b − ln det Σ). Cover &amp; Thomas 2006, section 8.5.</remarks>
    /// <exception cref="T:System.ArgumentException">
    /// A block is empty, or the covariance is not positive definite.
    /// </exception>
    [<CompiledName("MutualInformationNats")>]
    let mutualInformation (covariance: float[,]) (firstBlock: int) : float<nat> =
        let joint = Covariance.ofArray (nameof covariance) covariance
        let d = joint.RowCount

        if firstBlock < 1 || firstBlock >= d then
            invalidArg
                (nameof firstBlock)
                $"firstBlock is {firstBlock}; give 1 to {d - 1}, so that no block is empty"

        let logDet (m: Matrix<float>) =
            (Covariance.cholesky (nameof covariance) m).DeterminantLn

        let rest = d - firstBlock

        0.5<nat>
        * (logDet (joint.SubMatrix(0, firstBlock, 0, firstBlock))
           + logDet (joint.SubMatrix(firstBlock, rest, firstBlock, rest))
           - logDet joint)
