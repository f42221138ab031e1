module Hybrid.Theory.Tests.DiffusionTests

open System
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

[<Test>]
let ``variance is preserved and the ratio is the log-SNR`` () =
    forAll (between -15.0 15.0) (fun logSnr ->
        let a, s = Diffusion.alpha logSnr, Diffusion.sigma logSnr
        within (8.0 * u) 1.0 (a * a + s * s)
        within (32.0 * u * (1.0 + abs logSnr)) logSnr (2.0 * log (a / s)))

[<Test>]
let ``the cosine schedule falls from bound to bound, through 0 in the middle`` () =
    within 1e-11 15.0 (Diffusion.cosineLogSnr 15.0 0.0)
    within 1e-11 -15.0 (Diffusion.cosineLogSnr 15.0 1.0)
    within 1e-15 0.0 (Diffusion.cosineLogSnr 15.0 0.5)

    for i in 1..100 do
        let at i =
            Diffusion.cosineLogSnr 15.0 (float i / 100.0)

        Assert.That(at i, Is.LessThan(at (i - 1)))

[<Test>]
let ``without its ends the schedule is Nichol and Dhariwal's squared cosine`` () =
    for t in [ 0.1; 0.5; 0.9 ] do
        let squared = cos (0.5 * Math.PI * t) ** 2.0
        within 1e-5 (log (squared / (1.0 - squared))) (Diffusion.cosineLogSnr 30.0 t)

/// E(ε̂ − ε)² over z and ε for the posterior mean ε̂, from the densities alone.
[<Test>]
let ``the least error is the posterior variance of the noise`` () =
    for variance in [ 0.25; 1.0; 4.0 ] do
        for logSnr in [ -3.0; 0.0; 2.0 ] do
            let a, s = Diffusion.alpha logSnr, Diffusion.sigma logSnr
            // Given z, ε has density ∝ N(ε; 0, 1)·N((z − σε)/α; 0, s²): its variance, at any z.
            let z = 0.7

            let density e =
                exp (
                    float (
                        Gaussian.logDensity 0.0 0.0 e
                        + Gaussian.logDensity 0.0 (log variance) ((z - s * e) / a)
                    )
                )

            let moment n =
                Quadrature.OverReals(0.0, 0.25, fun e -> density e * e ** n)

            let mean = moment 1.0 / moment 0.0
            within 1e-10 (moment 2.0 / moment 0.0 - mean * mean) (Diffusion.leastNoiseError variance logSnr)

[<Test>]
let ``standard data leave half of the noise on average`` () =
    // α² + σ² = 1 makes the error α², and the schedule is symmetric.
    within 1e-12 0.5 (Diffusion.meanLeastNoiseError 15.0 1.0)

[<Test>]
let ``times outside and negative variances are refused`` () =
    refuses "t" (fun () -> Diffusion.cosineLogSnr 15.0 1.5)
    refuses "variance" (fun () -> Diffusion.leastNoiseError -1.0 0.0)
