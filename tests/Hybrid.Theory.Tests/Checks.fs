/// What the fixtures share: comparisons that say by how much they failed, and generators of sensible inputs.
module Hybrid.Theory.Tests.Checks

open System
open FsCheck
open FsCheck.FSharp
open NUnit.Framework

/// 2⁻⁵³, the largest relative error of one rounding to double.
let u = Math.ScaleB(1.0, -53)

/// |actual − expected| ≤ tolerance; NaN fails.
let within (tolerance: float) (expected: float) (actual: float) =
    let error = abs (actual - expected)

    if not (error <= tolerance) then
        Assert.Fail $"expected {expected:R}, was {actual:R}: off by {error:E2}, allowed {tolerance:E2}"

/// Agreement to so many roundings of the expected value.
let withinRoundings (roundings: float) (expected: float) (actual: float) =
    within (roundings * u * abs expected) expected actual

/// The values agree to the digits that a table prints.
let toPrintedDigits (decimals: int) (printed: float) (actual: float) =
    // Half a unit of the last digit; 10⁻¹² for the two decimals' own rounding to binary.
    within (0.5 * 10.0 ** float -decimals + 1e-12) printed actual

/// ≥, up to the stated rounding error.
let atLeast (tolerance: float) (bound: float) (actual: float) =
    if not (actual >= bound - tolerance) then
        Assert.Fail $"{actual:R} is below {bound:R} by {bound - actual:E2}, allowed {tolerance:E2}"

/// Checks a property on 100 generated inputs; a failure prints the input and the seed.
let forAll (gen: Gen<'a>) (check: 'a -> unit) =
    Check.QuickThrowOnFailure(Prop.forAll (Arb.fromGen gen) check)

/// Multiples of 1/1000 between two bounds.
let between (low: float) (high: float) : Gen<float> =
    Gen.choose (int (round (1e3 * low)), int (round (1e3 * high)))
    |> Gen.map (fun i -> float i / 1e3)

let vectorOf (length: int) (low: float) (high: float) : Gen<float[]> =
    Gen.arrayOfLength length (between low high)

let matrixOf (rows: int) (columns: int) (low: float) (high: float) : Gen<float[,]> =
    vectorOf (rows * columns) low high
    |> Gen.map (fun v -> Array2D.init rows columns (fun i j -> v[i * columns + j]))

/// A·Aᵀ + 0.1·I with entries of A in [−1, 1]: eigenvalues from 0.1 to about d².
let covarianceOf (d: int) : Gen<float[,]> =
    matrixOf d d -1.0 1.0
    |> Gen.map (fun a ->
        Array2D.init d d (fun i j ->
            Seq.sum (seq { for k in 0 .. d - 1 -> a[i, k] * a[j, k] })
            + (if i = j then 0.1 else 0.0)))

let diagonal (values: float[]) : float[,] =
    Array2D.init values.Length values.Length (fun i j -> if i = j then values[i] else 0.0)

/// Lower-triangular L with L·Lᵀ = covariance, written out (Cholesky–Banachiewicz) so as not to share
/// MathNet's.
let factorOf (covariance: float[,]) : float[,] =
    let d = covariance.GetLength 0
    let l = Array2D.zeroCreate d d

    for i in 0 .. d - 1 do
        for j in 0..i do
            let rest =
                covariance[i, j] - Seq.sum (seq { for k in 0 .. j - 1 -> l[i, k] * l[j, k] })

            l[i, j] <- if i = j then sqrt rest else rest / l[j, j]

    l

let times (m: float[,]) (v: float[]) : float[] =
    Array.init (m.GetLength 0) (fun i -> Seq.sum (seq { for j in 0 .. v.Length - 1 -> m[i, j] * v[j] }))

/// E f(e) over e ~ N(0, I_n), exact for polynomials of degree 3: the mean over the 2n points ±√n·e_i.
/// (Stroud 1971, formula E_n^{r²} 3-1.)
let cubature (n: int) (f: float[] -> float) : float =
    Seq.average (
        seq {
            for i in 0 .. n - 1 do
                for sign in [ -1.0; 1.0 ] do
                    f (Array.init n (fun j -> if i = j then sign * sqrt (float n) else 0.0))
        }
    )

/// Bad input: one line that names the parameter.
let refuses (parameter: string) (call: unit -> 'a) =
    match Assert.Throws<ArgumentException>(fun () -> call () |> ignore) with
    | null -> Assert.Fail $"{parameter} was accepted"
    | error ->
        let message = error.Message.Replace($" (Parameter '{parameter}')", "")
        Assert.That(error.ParamName, Is.EqualTo parameter)
        Assert.That(message, Does.StartWith parameter)
        Assert.That(message, Does.Not.Contain "\n")

/// The linear β-VAE on data variances 4, 2, 1, ½, ¼ with decoder variance 0.2:
/// β, active units, rate = I_q, squared error, −ELBO. With mpmath: each dimension's distortion d found by golden
/// section on d/2σ² + β·½ ln(λ/d) over 0 < d ≤ λ, not by the closed form; kept to six decimals.
type WaterTable =
    static member Rows =
        [| 0.25, 5, 7.489331, 0.25, 8.685429
           0.5, 5, 5.756463, 0.5, 7.577561
           1.0, 5, 4.023595, 1.0, 7.094693
           2.0, 4, 2.525729, 1.85, 7.721827
           4.0, 3, 1.374436, 3.15, 9.820534
           8.0, 2, 0.569717, 4.95, 13.515815
           16.0, 1, 0.111572, 6.95, 18.057670
           20.0, 0, 0.0, 7.75, 19.946098
           50.0, 0, 0.0, 7.75, 19.946098 |]
        |> Array.map (fun (beta, active, rate, error, elbo) -> TestCaseData(beta, active, rate, error, elbo))
