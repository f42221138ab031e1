module Hybrid.Theory.Tests.PpcaTests

open System
open FsCheck.FSharp
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

let private lambda = [| 4.0; 2.0; 1.0; 0.5; 0.25 |]

/// As for the multivariate Gaussians: 5 dimensions, condition number at most 1000.
let private rounding = 5.0 ** 3.0 * 1000.0 * 25.0 * u

[<Test>]
let ``two latents on the catalogue's data`` () =
    let s = Ppca.maximumLikelihood (diagonal lambda) 2
    // (1 + 0.5 + 0.25)/3, and ½(5 ln 2πe + ln 8 + 3 ln 0.58333…) by mpmath.
    withinRoundings 4.0 (1.75 / 3.0) s.NoiseVariance
    toPrintedDigits 7 7.3259187 (float s.NegativeLogLikelihoodNats)

[<Test>]
let ``W carries the excess variance of the kept axes`` () =
    let s = Ppca.maximumLikelihood (diagonal lambda) 2

    let square k =
        Seq.sum (seq { for i in 0..4 -> s.Weights[i, k] * s.Weights[i, k] })

    withinRoundings 16.0 (4.0 - 1.75 / 3.0) (square 0)
    withinRoundings 16.0 (2.0 - 1.75 / 3.0) (square 1)

/// The mean of −ln N(x; b, WWᵀ + σ²I), by a cubature that is exact for quadratics.
[<Test>]
let ``the likelihood of a model is the mean of its log density`` () =
    forAll
        (Gen.zip
            (Gen.zip (covarianceOf 4) (matrixOf 4 2 -1.5 1.5))
            (Gen.zip (vectorOf 4 -1.0 1.0) (between 0.1 2.0)))
        (fun ((sigma, w), (b, noise)) ->
            let l = factorOf sigma

            let model =
                Array2D.init 4 4 (fun i j ->
                    w[i, 0] * w[j, 0] + w[i, 1] * w[j, 1] + (if i = j then noise else 0.0))

            cubature 4 (fun e -> -(float (MultivariateGaussian.logDensity b model (times l e))))
            |> within rounding (float (Ppca.negativeLogLikelihood sigma w b noise)))

[<Test>]
let ``no model is likelier than the maximum`` () =
    forAll
        (Gen.zip (covarianceOf 4) (Gen.zip (matrixOf 4 2 -1.5 1.5) (between 0.1 2.0)))
        (fun (sigma, (w, noise)) ->
            let best = Ppca.maximumLikelihood sigma 2
            let zero = Array.zeroCreate 4

            float (Ppca.negativeLogLikelihood sigma best.Weights zero best.NoiseVariance)
            |> within rounding (float best.NegativeLogLikelihoodNats)

            float (Ppca.negativeLogLikelihood sigma w zero noise)
            |> atLeast rounding (float best.NegativeLogLikelihoodNats))

[<Test>]
let ``no latents leave the isotropic Gaussian, enough give the entropy`` () =
    let none = Ppca.maximumLikelihood (diagonal lambda) 0
    within rounding (2.5 * log (2.0 * Math.PI * Math.E * 1.55)) (float none.NegativeLogLikelihoodNats)
    let most = Ppca.maximumLikelihood (diagonal lambda) 4

    within
        rounding
        (float (MultivariateGaussian.entropy (diagonal lambda)))
        (float most.NegativeLogLikelihoodNats)

/// Lucas et al. 2019: with σ² learnt, the linear VAE's bound is tight at pPCA's maximum.
[<Test>]
let ``the linear VAE at pPCA's noise has pPCA's likelihood`` () =
    forAll (covarianceOf 5) (fun sigma ->
        let s = Ppca.maximumLikelihood sigma 2
        let a = LinearVae.account (LinearVae.atOptimum sigma 2 1.0 s.NoiseVariance) sigma
        within rounding (float s.NegativeLogLikelihoodNats) (float a.NegativeElboNats))

[<Test>]
let ``the bound of any linear VAE is above its own decoder's likelihood`` () =
    forAll
        (Gen.zip (covarianceOf 4) (Gen.zip (matrixOf 4 2 -1.5 1.5) (between 0.1 2.0)))
        (fun (sigma, (w, noise)) ->
            let p =
                { EncoderWeights = Array2D.init 2 4 (fun k i -> 0.3 * w[i, k])
                  EncoderBias = [| 0.1; -0.2 |]
                  PosteriorVariance = [| 0.5; 0.8 |]
                  DecoderWeights = w
                  DecoderBias = [| 0.2; 0.0; -0.1; 0.3 |]
                  DecoderVariance = noise }

            float (LinearVae.account p sigma).NegativeElboNats
            |> atLeast rounding (float (Ppca.negativeLogLikelihood sigma w p.DecoderBias noise)))

[<Test>]
let ``impossible settings are refused`` () =
    refuses "latents" (fun () -> Ppca.maximumLikelihood (diagonal lambda) 5)
    refuses "covariance" (fun () -> Ppca.maximumLikelihood (diagonal [| 1.0; 0.0; 0.0 |]) 1)

    refuses "weights" (fun () ->
        Ppca.negativeLogLikelihood (diagonal lambda) (array2D [ [ 1.0 ] ]) lambda 1.0)

    refuses "noiseVariance" (fun () ->
        Ppca.negativeLogLikelihood (diagonal [| 1.0 |]) (array2D [ [ 1.0 ] ]) [| 0.0 |] 0.0)
