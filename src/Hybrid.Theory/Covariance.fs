namespace Hybrid.Theory

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.LinearAlgebra.Double

/// <summary>Symmetric matrices, checked once at the door: square, finite, symmetric.</summary>
[<RequireQualifiedAccess>]
module Covariance =

    /// The checked matrix, symmetrised: what a caller accumulated is symmetric up to rounding only.
    let internal ofArray (name: string) (values: float[,]) : Matrix<float> =
        let rows, columns = values.GetLength 0, values.GetLength 1

        if rows <> columns || rows = 0 then
            invalidArg name $"{name} is {rows}×{columns}; give a square matrix, one row per dimension"

        let m: Matrix<float> = DenseMatrix.OfArray values
        let largest = m.Enumerate() |> Seq.map abs |> Seq.max

        if m.Exists(fun v -> not (Double.IsFinite v)) then
            invalidArg name $"{name} holds NaN or an infinity; give finite second moments"

        if (m - m.Transpose()).Exists(fun v -> abs v > 1e-9 * largest) then
            invalidArg name $"{name} is not symmetric; give E[(x − Ex)(x − Ex)ᵀ]"

        0.5 * (m + m.Transpose())

    let internal cholesky (name: string) (m: Matrix<float>) : Factorization.Cholesky<float> =
        try
            m.Cholesky()
        with :? ArgumentException ->
            invalidArg
                name
                $"{name} is not positive definite; drop dependent dimensions or add noise variance"

    /// Eigenvalues, largest first, and their eigenvectors as columns.
    let internal eigen (m: Matrix<float>) : float[] * Matrix<float> =
        let evd = m.Evd Symmetricity.Symmetric
        let values = evd.EigenValues |> Seq.map _.Real |> Array.ofSeq
        let order = Array.init values.Length id |> Array.sortBy (fun i -> -values[i])

        Array.map (fun i -> values[i]) order,
        DenseMatrix.OfColumnVectors(order |> Array.map (fun i -> evd.EigenVectors.Column i))

    /// <summary>Eigenvalues of a symmetric matrix [D, D], largest first: the variances along its principal
    /// axes.</summary>
    /// <exception cref="T:System.ArgumentException">Not square, not symmetric, or not finite.</exception>
    [<CompiledName("Eigenvalues")>]
    let eigenvalues (covariance: float[,]) : float[] =
        ofArray (nameof covariance) covariance |> eigen |> fst

    /// <summary>ln det of a positive definite matrix [D, D], through its Cholesky factor.</summary>
    /// <exception cref="T:System.ArgumentException">Not square, symmetric, finite and positive
    /// definite.</exception>
    [<CompiledName("LogDeterminant")>]
    let logDeterminant (covariance: float[,]) : float =
        (ofArray (nameof covariance) covariance |> cholesky (nameof covariance)).DeterminantLn
