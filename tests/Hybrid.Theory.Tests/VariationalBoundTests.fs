module Hybrid.Theory.Tests.VariationalBoundTests

open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

let private five = [| 4.0; 2.0; 1.0; 0.5; 0.25 |]

/// VDM's ends: γ from −13.3 to 5.
let private levels T =
    Array.init (T + 1) (fun i -> 13.3 - 18.3 * float i / float T)

let private gap variances T =
    let entropy = MultivariateGaussian.entropyDiagonal (Array.map log variances)
    float (VariationalBound.total variances (levels T) - entropy)

/// Significant digits as printed.
let private rounds (digits: int) (printed: float) (actual: float) =
    let unit = 10.0 ** (floor (log10 printed) + 1.0 - float digits)
    within (0.5 * unit * 1.0001) printed actual

/// Worked out beforehand in another program.
[<Test>]
let ``the gap to the entropy closes as one over T`` () =
    for variances, printed in
        [ [| 1.0 |], [ 11.0612; 1.26957; 0.597151; 0.230453; 0.113875; 0.056604; 0.014090 ]
          [| 0.25 |], [ 9.77156; 1.12574; 0.529685; 0.204463; 0.101043; 0.050232; 0.012510 ]
          five, [ 55.304; 6.34795; 2.98586; 1.15238; 0.569491; 0.283140; 0.070569 ] ] do
        for T, expected in List.zip [ 10; 50; 100; 250; 500; 1000; 4000 ] printed do
            rounds 5 expected (gap variances T)

[<Test>]
let ``its limit is the decoder's noise and the prior's misfit`` () =
    let limit = float (VariationalBound.limitGap five 13.3 -5.0)
    rounds 3 1.26e-4 limit
    // Richardson's extrapolation takes 1/T and 1/T² away; a step's cube, (18.3/5000)³, is left.
    let a, b, c = gap five 5000, gap five 10000, gap five 20000
    within (5.0 * (18.3 / 5000.0) ** 3.0 / 8.0) limit ((8.0 * c - 6.0 * b + a) / 3.0)

/// From the densities alone: posteriors of the chain for x and x̂, and the KL between them.
[<Test>]
let ``a term is the divergence of two posteriors`` () =
    let v, s, t = 0.25, 1.5, -0.5
    let alpha, sigma = Diffusion.alpha, Diffusion.sigma
    let ratio = alpha t / alpha s
    let added = sigma t ** 2.0 - ratio ** 2.0 * sigma s ** 2.0
    let variance = added * sigma s ** 2.0 / sigma t ** 2.0

    let mean z x =
        (ratio * sigma s ** 2.0 * z + alpha s * added * x) / sigma t ** 2.0

    let term =
        cubature 2 (fun e ->
            let x = sqrt v * e[0]
            let z = alpha t * x + sigma t * e[1]
            let best = alpha t * v / (alpha t ** 2.0 * v + sigma t ** 2.0) * z
            float (Gaussian.kl (mean z x) (log variance) (mean z best) (log variance)))

    within 1e-13 term (float (VariationalBound.diffusionTerm [| v |] s t))

[<Test>]
let ``the ends are divergence and likelihood of Gaussians`` () =
    let v = 0.25

    let prior =
        cubature 1 (fun e ->
            float (
                Gaussian.klStandardNormal
                    (Diffusion.alpha -5.0 * sqrt v * e[0])
                    (2.0 * log (Diffusion.sigma -5.0))
            ))

    within 1e-13 prior (float (VariationalBound.prior [| v |] -5.0))
    let noise = exp -13.3

    let reconstruction =
        cubature 1 (fun e -> -(float (Gaussian.logDensity 0.0 (log noise) (sqrt noise * e[0]))))

    within 1e-13 reconstruction (float (VariationalBound.reconstruction [| v |] 13.3))
