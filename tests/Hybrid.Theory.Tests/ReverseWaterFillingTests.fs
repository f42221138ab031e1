module Hybrid.Theory.Tests.ReverseWaterFillingTests

open System
open FsCheck.FSharp
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

/// Data variances and decoder variance of the catalogue's linear-Gaussian set.
let private lambda = [| 4.0; 2.0; 1.0; 0.5; 0.25 |]
let private sigma2 = 0.2

[<TestCaseSource(typeof<WaterTable>, "Rows")>]
let ``the table of the linear β-VAE``
    (beta: float, active: int, rate: float, squaredError: float, elbo: float)
    =
    let w = ReverseWaterFilling.atOptimum lambda 5 beta sigma2
    Assert.That(w.ActiveUnits, Is.EqualTo active)
    Assert.That(w.CompletelyCollapsed, Is.EqualTo((active = 0)))
    toPrintedDigits 6 rate (float w.RateNats)
    toPrintedDigits 6 rate (float w.MutualInformationNats)
    within (32.0 * u) squaredError w.SquaredError
    toPrintedDigits 6 elbo (float w.NegativeElboNats)
    toPrintedDigits 6 7.094693 (float w.DataEntropyNats)

/// Data of 1 to 6 dimensions, their variances from 0.05 to 9; β from 0.05 to 30; σ² from 0.01 to 2.
let private setting =
    gen {
        let! d = Gen.choose (1, 6)
        let! lambda = vectorOf d 0.05 9.0
        let! beta = between 0.05 30.0
        let! decoderVariance = between 0.01 2.0
        return lambda, beta, decoderVariance
    }

/// Sums of at most 6 terms no larger than 6·9/(2·0.01) nats.
let private rounding = 64.0 * u * 2700.0

/// At one water level θ every active dimension has dR/dD = −1/(2θ): Shannon's condition for the least rate.
[<Test>]
let ``the slope of distortion over rate is −2θ`` () =
    forAll setting (fun (lambda, beta, decoderVariance) ->
        let at b =
            ReverseWaterFilling.atOptimum lambda lambda.Length b decoderVariance

        let h = 1e-5 * beta
        let above, below = at (beta + h), at (beta - h)

        // The slope is defined where no latent switches on or off nearby, and some is on.
        if above.ActiveUnits = below.ActiveUnits && above.ActiveUnits > 0 then
            let dRate = float (above.RateNats - below.RateNats)
            let slope = (above.SquaredError - below.SquaredError) / dRate
            // Central difference: relative error (h/β)²/3, plus the rounding of both differences.
            let tolerance = 1e-10 + 64.0 * u * 60.0 / abs dRate
            within (tolerance * 2.0 * beta * decoderVariance) (-2.0 * beta * decoderVariance) slope)

[<Test>]
let ``more β: less rate, more error, fewer units`` () =
    forAll (Gen.zip setting (between 0.05 30.0)) (fun ((lambda, a, decoderVariance), b) ->
        let low =
            ReverseWaterFilling.atOptimum lambda lambda.Length (min a b) decoderVariance

        let high =
            ReverseWaterFilling.atOptimum lambda lambda.Length (max a b) decoderVariance

        atLeast rounding (float high.RateNats) (float low.RateNats)
        atLeast rounding low.SquaredError high.SquaredError
        Assert.That(low.ActiveUnits, Is.GreaterThanOrEqualTo high.ActiveUnits))

[<Test>]
let ``β = 1 has the best bound of all β, and no bound passes the entropy`` () =
    forAll setting (fun (lambda, beta, decoderVariance) ->
        let at b =
            ReverseWaterFilling.atOptimum lambda lambda.Length b decoderVariance

        let best = float (at 1.0).NegativeElboNats
        atLeast rounding best (float (at beta).NegativeElboNats)
        atLeast rounding (float (at 1.0).DataEntropyNats) best
        // With every latent in use the data model is exact.
        if (at 1.0).ActiveUnits = lambda.Length then
            within rounding (float (at 1.0).DataEntropyNats) best)

[<Test>]
let ``collapse is where θ reaches the largest variance`` () =
    forAll setting (fun (lambda, beta, decoderVariance) ->
        let w = ReverseWaterFilling.atOptimum lambda lambda.Length beta decoderVariance
        let collapses = ReverseWaterFilling.collapsesCompletely lambda beta decoderVariance
        Assert.That(w.CompletelyCollapsed, Is.EqualTo collapses)
        Assert.That((float w.RateNats = 0.0), Is.EqualTo collapses))

[<Test>]
let ``fewer latents than dimensions keep the largest`` () =
    let w = ReverseWaterFilling.atOptimum lambda 2 1.0 sigma2
    Assert.That(w.ActiveUnits, Is.EqualTo 2)
    within (16.0 * u) (0.2 + 0.2 + 1.75) w.SquaredError
    within (16.0 * u) (0.5 * log (4.0 / 0.2 * 2.0 / 0.2)) (float w.RateNats)

[<Test>]
let ``impossible settings are refused`` () =
    refuses "beta" (fun () -> ReverseWaterFilling.atOptimum lambda 5 -1.0 sigma2)
    refuses "decoderVariance" (fun () -> ReverseWaterFilling.atOptimum lambda 5 1.0 0.0)
    refuses "latents" (fun () -> ReverseWaterFilling.atOptimum lambda -1 1.0 sigma2)
    refuses "eigenvalues" (fun () -> ReverseWaterFilling.atOptimum [| 1.0; 0.0 |] 2 1.0 sigma2)
