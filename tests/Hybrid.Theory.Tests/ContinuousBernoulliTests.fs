/// Golden values: mpmath 1.3, mp.dps = 30, from the closed forms x·ℓ − ln((e^ℓ − 1)/ℓ) and 1/(1 − e^−ℓ) − 1/ℓ.
module Hybrid.Theory.Tests.ContinuousBernoulliTests

open System
open FsCheck.FSharp
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

let private logit = between -40.0 40.0

/// 128 nodes, each with an exponential and two roundings, and a logarithm: far below 10⁻¹³ of a term of size ℓ.
let private rounding = 1e-13

[<TestCase(2.0, 0.3, -0.56143936157119563361, 0.65651764274966565182)>]
[<TestCase(-3.5, 0.9, -1.8665743152491723707, 0.25457662645648592809)>]
[<TestCase(0.01, 0.25, -0.0025041666631944499559, 0.50083333194444775131)>]
[<TestCase(30.0, 1.0, 3.4011973816622489516, 0.9666666666667602429)>]
[<TestCase(-30.0, 1.0, -26.598802618337751048, 0.033333333333239757104)>]
let ``log density and mean`` (logit: float, x: float, density: float, mean: float) =
    within (rounding * (1.0 + abs logit)) density (float (ContinuousBernoulli.logDensity logit x))
    within rounding mean (ContinuousBernoulli.mean logit)

[<Test>]
let ``the density integrates to 1`` () =
    forAll logit (fun l ->
        Quadrature.OverInterval(
            0.0,
            1.0,
            Func<float, float>(fun x -> exp (float (ContinuousBernoulli.logDensity l x)))
        )
        |> within 1e-11 1.0)

[<Test>]
let ``without a preference the density is uniform`` () =
    for x in [ 0.0; 0.3; 1.0 ] do
        within rounding 0.0 (float (ContinuousBernoulli.logDensity 0.0 x))

    within rounding 0.5 (ContinuousBernoulli.mean 0.0)

[<Test>]
let ``turning x over turns the log-odds over`` () =
    forAll (Gen.zip logit (between 0.0 1.0)) (fun (l, x) ->
        let density = float (ContinuousBernoulli.logDensity l x)
        within (rounding * (1.0 + abs l)) density (float (ContinuousBernoulli.logDensity -l (1.0 - x)))
        within rounding (1.0 - ContinuousBernoulli.mean l) (ContinuousBernoulli.mean -l))

[<Test>]
let ``the mean is less sure than λ`` () =
    forAll (between 0.1 30.0) (fun l ->
        let mean = ContinuousBernoulli.mean l
        Assert.That(mean, Is.GreaterThan 0.5)
        Assert.That(mean, Is.LessThan(Elementary.sigmoid l)))

[<Test>]
let ``a value outside 0 to 1 is refused`` () =
    refuses "x" (fun () -> ContinuousBernoulli.logDensity 0.0 1.5)
    refuses "x" (fun () -> ContinuousBernoulli.logDensity 0.0 nan)
