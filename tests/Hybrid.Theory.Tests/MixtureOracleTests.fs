module Hybrid.Theory.Tests.MixtureOracleTests

open System
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

/// Two Gaussians with correlated axes, and a third that is a point.
let private oracle =
    MixtureOracle(
        [| 0.3; 0.5; 0.2 |],
        [| [| -1.0; 0.5 |]; [| 1.5; 0.0 |]; [| 0.0; -2.0 |] |],
        [| array2D [ [ 1.0; 0.6 ]; [ 0.6; 0.5 ] ]
           array2D [ [ 0.3; -0.1 ]; [ -0.1; 0.8 ] ]
           array2D [ [ 0.0; 0.0 ]; [ 0.0; 0.0 ] ] |]
    )

let private channels = [ 1.0, 0.4; 0.8, 0.6; 0.1, 0.99; 2.5, 1.0; 0.0, 1.0 ]

let private z = [| 0.7; -0.4 |]

let private moved d h =
    Array.mapi (fun i v -> if i = d then v + h else v) z

/// Central differences: h² of the third derivative and roundings by h; both below 10⁻⁸ of densities this smooth.
let private step = 1e-4

let private close expected actual =
    within (1e-6 * (1.0 + abs expected)) expected actual

[<Test>]
let ``the score is the gradient of the log-density`` () =
    for alpha, sigma in channels do
        let score = oracle.Score(alpha, sigma, z)

        for d in 0..1 do
            let density h =
                float (oracle.LogDensityNats(alpha, sigma, moved d h))

            close ((density step - density -step) / (2.0 * step)) score[d]

[<Test>]
let ``Tweedie: score and posterior mean say the same`` () =
    for alpha, sigma in channels do
        let mean, score =
            oracle.PosteriorMean(alpha, sigma, z), oracle.Score(alpha, sigma, z)

        for d in 0..1 do
            within (1e-12 / (sigma * sigma)) ((alpha * mean[d] - z[d]) / (sigma * sigma)) score[d]

[<Test>]
let ``the divergence is the trace of the posterior mean's derivative`` () =
    for alpha, sigma in channels do
        let mean d h =
            oracle.PosteriorMean(alpha, sigma, moved d h)[d]

        let trace =
            Seq.sum (seq { for d in 0..1 -> (mean d step - mean d -step) / (2.0 * step) })

        close trace (oracle.Divergence(alpha, sigma, z))

[<Test>]
let ``without signal the posterior is the data`` () =
    let mean = oracle.PosteriorMean(0.0, 1.0, z)
    within 1e-14 0.45 mean[0]
    within 1e-14 -0.25 mean[1]

/// Bayes' rule by brute force, in one dimension.
[<Test>]
let ``posterior moments are integrals over the data`` () =
    let one =
        MixtureOracle(
            [| 0.4; 0.6 |],
            [| [| -1.0 |]; [| 1.0 |] |],
            [| array2D [ [ 0.5 ] ]; array2D [ [ 0.2 ] ] |]
        )

    for alpha, sigma in [ 1.0, 0.7; 0.6, 0.8 ] do
        let density x =
            let normal v m x =
                exp (-(x - m) * (x - m) / (2.0 * v)) / sqrt (2.0 * Math.PI * v)

            (0.4 * normal 0.5 -1.0 x + 0.6 * normal 0.2 1.0 x)
            * normal (sigma * sigma) (alpha * x) 0.3

        let moment n =
            Quadrature.OverReals(0.0, 0.4, fun x -> density x * x ** n)

        let mean = moment 1.0 / moment 0.0
        within 1e-12 (log (moment 0.0)) (float (one.LogDensityNats(alpha, sigma, [| 0.3 |])))
        within 1e-12 mean (one.PosteriorMean(alpha, sigma, [| 0.3 |])[0])
        within 1e-12 (moment 2.0 / moment 0.0 - mean * mean) (one.PosteriorVariance(alpha, sigma, [| 0.3 |]))

[<Test>]
let ``a Gaussian's least error is known`` () =
    let normal = MixtureOracle([| 1.0 |], [| [| 0.5 |] |], [| array2D [ [ 0.25 ] ] |])

    for gamma in [ 0.01; 1.0; 100.0 ] do
        within 1e-12 (ImmSe.gaussianMmse [| 0.25 |] gamma) (normal.Mmse gamma)

[<Test>]
let ``what is no mixture is refused`` () =
    let unit = array2D [ [ 1.0 ] ]
    refuses "weights" (fun () -> MixtureOracle([| 0.5 |], [| [| 0.0 |] |], [| unit |]))
    refuses "weights" (fun () -> MixtureOracle([| 1.0 |], [||], [||]))
    refuses "covariances" (fun () -> MixtureOracle([| 1.0 |], [| [| 0.0 |] |], [| array2D [ [ -1.0 ] ] |]))
    refuses "z" (fun () -> oracle.Score(1.0, 1.0, [| 0.0 |]))
    refuses "gamma" (fun () -> oracle.Mmse 1.0)
