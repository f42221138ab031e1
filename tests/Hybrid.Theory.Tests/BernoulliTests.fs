/// Golden values: mpmath 1.3, mp.dps = 40, with p = 1/(1 + exp(−ℓ)) and ln p, ln(1 − p) taken directly.
module Hybrid.Theory.Tests.BernoulliTests

open FsCheck.FSharp
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

let private logit = between -30.0 30.0

[<TestCase(-2.5, 0.0, -0.078889734292549623344)>]
[<TestCase(-2.5, 1.0, -2.5788897342925496233)>]
[<TestCase(0.8, 0.0, -1.171100665947777726)>]
[<TestCase(0.8, 1.0, -0.37110066594777772601)>]
[<TestCase(-40.0, 0.0, -4.2483542552915889863e-18)>]
[<TestCase(-40.0, 1.0, -40.000000000000000004)>]
let ``log likelihood`` (logit: float, x: float, expected: float) =
    withinRoundings 8.0 expected (float (Bernoulli.logLikelihood logit x))

[<TestCase(1.7, 0.43037698002827491437)>]
[<TestCase(0.0, 0.69314718055994530942)>]
[<TestCase(-20.0, 4.3284225984118452332e-8)>]
let ``entropy`` (logit: float, expected: float) =
    withinRoundings 16.0 expected (float (Bernoulli.entropy logit))

[<Test>]
let ``KL at one point`` () =
    withinRoundings 16.0 0.23719960418322627377 (float (Bernoulli.kl 0.3 -1.1))

[<Test>]
let ``the two outcomes have probability 1 together`` () =
    forAll logit (fun l ->
        exp (float (Bernoulli.logLikelihood l 0.0))
        + exp (float (Bernoulli.logLikelihood l 1.0))
        |> within (8.0 * u * 31.0) 1.0)

[<Test>]
let ``log likelihood is x·ℓ − softplus(ℓ), also for grey values`` () =
    forAll (Gen.zip logit (between 0.0 1.0)) (fun (l, x) ->
        let other = x * l - log (1.0 + exp l)
        // ln(1 + e^ℓ) evaluated naively loses e^ℓ below u: an absolute error of u.
        within (16.0 * u * (1.0 + abs l)) other (float (Bernoulli.logLikelihood l x)))

[<Test>]
let ``KL is never negative, and zero between equals`` () =
    forAll (Gen.zip logit logit) (fun (a, b) ->
        let rounding = 8.0 * u * (1.0 + abs a + abs b)
        atLeast rounding 0.0 (float (Bernoulli.kl a b))
        Assert.That(float (Bernoulli.kl a a), Is.Zero))

[<Test>]
let ``cross-entropy is entropy plus KL`` () =
    forAll (Gen.zip logit logit) (fun (a, b) ->
        let cross = -(float (Bernoulli.logLikelihood b (Elementary.sigmoid a)))
        within (32.0 * u * (1.0 + abs a + abs b)) cross (float (Bernoulli.entropy a + Bernoulli.kl a b)))

[<Test>]
let ``certain bits are finite where they can be`` () =
    Assert.That(float (Bernoulli.logLikelihood 1000.0 1.0), Is.Zero)
    Assert.That(float (Bernoulli.logLikelihood 1000.0 0.0), Is.EqualTo -1000.0)
    Assert.That(float (Bernoulli.entropy 1000.0), Is.Zero)

[<Test>]
let ``a value outside 0 to 1 is refused`` () =
    refuses "x" (fun () -> Bernoulli.logLikelihood 0.0 1.5)
    refuses "x" (fun () -> Bernoulli.logLikelihood 0.0 nan)
