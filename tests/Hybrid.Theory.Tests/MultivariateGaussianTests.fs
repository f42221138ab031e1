/// Golden values: mpmath 1.3, mp.dps = 40, with det and inverse of the decimal 3×3 matrices below.
module Hybrid.Theory.Tests.MultivariateGaussianTests

open FsCheck.FSharp
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

let private q =
    array2D [ [ 1.3; 0.4; -0.2 ]; [ 0.4; 0.9; 0.1 ]; [ -0.2; 0.1; 0.7 ] ]

let private p =
    array2D [ [ 2.0; -0.5; 0.3 ]; [ -0.5; 1.1; 0.2 ]; [ 0.3; 0.2; 0.8 ] ]

let private meanQ = [| 0.5; -1.0; 0.25 |]
let private meanP = [| 0.1; 0.2; -0.3 |]

// Condition numbers are below 10: 256 roundings cover three dimensions of Cholesky and solve.
let private golden = withinRoundings 256.0

/// Rounding of d-dimensional log determinants, traces and solves with eigenvalues from 0.1 to d² ≤ 36:
/// d³ operations, amplified by the condition number 360.
let private rounding = 6.0 ** 3.0 * 360.0 * 36.0 * u

[<Test>]
let ``KL of two full Gaussians`` () =
    golden 1.6010789088189072805 (float (MultivariateGaussian.kl meanQ q meanP p))

[<Test>]
let ``entropy of a full Gaussian`` () =
    golden 4.0352321119679302864 (float (MultivariateGaussian.entropy q))

[<Test>]
let ``log density of a full Gaussian`` () =
    golden -4.0291951994393735245 (float (MultivariateGaussian.logDensity meanP p meanQ))

[<Test>]
let ``information between the first coordinate and the rest`` () =
    golden 0.11374771940833355864 (float (MultivariateGaussian.mutualInformation q 1))

[<Test>]
let ``on a diagonal, dimensions add up`` () =
    forAll (Gen.zip (vectorOf 5 -3.0 3.0) (vectorOf 5 -3.0 2.0)) (fun (mu, logVar) ->
        let covariance = diagonal (Array.map exp logVar)

        let oneByOne =
            Array.map2 (fun m l -> float (Gaussian.klStandardNormal m l)) mu logVar
            |> Array.sum

        let full =
            MultivariateGaussian.kl mu covariance (Array.zeroCreate 5) (diagonal (Array.create 5 1.0))

        within rounding oneByOne (float full)
        within rounding oneByOne (float (MultivariateGaussian.klDiagonalStandardNormal mu logVar))

        float (MultivariateGaussian.entropy covariance)
        |> within rounding (float (MultivariateGaussian.entropyDiagonal logVar)))

/// −E ln p(x) at its own distribution: a quadratic form, so the cubature is exact.
[<Test>]
let ``the entropy is the mean of −ln density`` () =
    forAll (covarianceOf 4) (fun sigma ->
        let l = factorOf sigma
        let zero = Array.zeroCreate 4

        cubature 4 (fun e -> -(float (MultivariateGaussian.logDensity zero sigma (times l e))))
        |> within rounding (float (MultivariateGaussian.entropy sigma)))

[<Test>]
let ``KL is the mean of the log ratio, and never negative`` () =
    forAll (Gen.zip (Gen.zip (covarianceOf 4) (covarianceOf 4)) (vectorOf 4 -2.0 2.0)) (fun ((sq, sp), m) ->
        let l = factorOf sq
        let zero = Array.zeroCreate 4

        let logRatio e =
            let x = Array.map2 (+) m (times l e)

            float (
                MultivariateGaussian.logDensity m sq x
                - MultivariateGaussian.logDensity zero sp x
            )

        let kl = float (MultivariateGaussian.kl m sq zero sp)
        Assert.That(kl, Is.GreaterThanOrEqualTo 0.0)
        within (rounding * (1.0 + kl)) kl (cubature 4 logRatio))

/// I(a; b) = KL(p(a, b) ‖ p(a) p(b)), and it is symmetric and non-negative.
[<Test>]
let ``information is the divergence from independence`` () =
    forAll (Gen.zip (covarianceOf 5) (Gen.choose (1, 4))) (fun (sigma, k) ->
        let apart =
            Array2D.init 5 5 (fun i j -> if (i < k) = (j < k) then sigma[i, j] else 0.0)

        let zero = Array.zeroCreate 5
        let information = float (MultivariateGaussian.mutualInformation sigma k)
        within rounding (float (MultivariateGaussian.kl zero sigma zero apart)) information
        let swapped = Array2D.init 5 5 (fun i j -> sigma[(i + k) % 5, (j + k) % 5])
        within rounding information (float (MultivariateGaussian.mutualInformation swapped (5 - k)))
        atLeast rounding 0.0 information)

/// The channel's information by the definition on the joint covariance of (x, √γ·x + ε).
[<Test>]
let ``the channel's information is that of input and output`` () =
    forAll (Gen.zip (covarianceOf 3) (between 0.01 4.0)) (fun (sigma, snr) ->
        let root = sqrt snr

        let joint =
            Array2D.init 6 6 (fun i j ->
                let s = sigma[i % 3, j % 3]

                match i < 3, j < 3 with
                | true, true -> s
                | false, false -> snr * s + (if i = j then 1.0 else 0.0)
                | _ -> root * s)

        float (MultivariateGaussian.mutualInformation joint 3)
        |> within (10.0 * rounding) (float (Gaussian.channelInformation snr (Covariance.eigenvalues sigma))))

[<Test>]
let ``eigenvalues come largest first and keep trace and determinant`` () =
    forAll (covarianceOf 5) (fun sigma ->
        let lambda = Covariance.eigenvalues sigma
        Assert.That(lambda, Is.Ordered.Descending)
        within rounding (Seq.sum (seq { for i in 0..4 -> sigma[i, i] })) (Array.sum lambda)
        within rounding (Covariance.logDeterminant sigma) (Array.sumBy log lambda))

[<Test>]
let ``a matrix that is no covariance is refused`` () =
    refuses "covariance" (fun () -> MultivariateGaussian.entropy (array2D [ [ 1.0; 2.0 ]; [ 2.0; 1.0 ] ]))
    refuses "covariance" (fun () -> MultivariateGaussian.entropy (array2D [ [ 1.0; 0.5 ]; [ 0.2; 1.0 ] ]))
    refuses "covariance" (fun () -> MultivariateGaussian.entropy (array2D [ [ 1.0; 0.5 ] ]))
    refuses "covariance" (fun () -> MultivariateGaussian.entropy (array2D [ [ nan ] ]))
    refuses "covarianceQ" (fun () -> MultivariateGaussian.kl meanQ (diagonal [| 1.0 |]) meanP p)
    refuses "x" (fun () -> MultivariateGaussian.logDensity meanP p [| 1.0 |])
    refuses "firstBlock" (fun () -> MultivariateGaussian.mutualInformation p 3)
    refuses "logVar" (fun () -> MultivariateGaussian.klDiagonalStandardNormal meanP [| 1.0 |])
