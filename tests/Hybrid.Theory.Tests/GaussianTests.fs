/// Golden values: mpmath 1.3, mp.dps = 40; divergences by mpmath.quad of q·ln(q/p) over ±20σ, not by the
/// closed form.
module Hybrid.Theory.Tests.GaussianTests

open System
open FsCheck.FSharp
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

/// Posteriors that a VAE meets: |μ| ≤ 8, σ from e⁻⁴ to e².
let private gaussian = Gen.zip (between -8.0 8.0) (between -8.0 4.0)

/// Rounding of ∫ q·(ln q − ln p) on the quadrature's grid.
/// Each density is off by 8u of its terms, more where (x − μ)/σ loses the digits of μ; the exponential of ln
/// q
/// turns absolute into relative error, so the integrand's error is 8u·q·(2 + |ln q|)(1 + |ln q| + |ln
/// p|)·loss.
let private quadratureError (muQ, logVarQ) (muP, logVarP) =
    let magnitude x =
        let logQ = float (Gaussian.logDensity muQ logVarQ x)
        let logP = float (Gaussian.logDensity muP logVarP x)
        exp logQ * (2.0 + abs logQ) * (1.0 + abs logQ + abs logP)

    let loss =
        1.0
        + abs muQ * exp (-0.5 * logVarQ)
        + (abs muP + abs muQ) * exp (-0.5 * logVarP)

    8.0 * u * loss * Quadrature.OverReals(muQ, exp (0.5 * logVarQ), magnitude)

[<Test>]
let ``a standard normal has 1.4189385332 nats`` () =
    withinRoundings 4.0 1.4189385332046727418 (float (Gaussian.entropy 0.0))

[<Test>]
let ``log density at one point`` () =
    withinRoundings 8.0 -1.6149131773477352045 (float (Gaussian.logDensity -0.4 0.9 0.7))

[<Test>]
let ``every density integrates to 1`` () =
    forAll gaussian (fun (mu, logVar) ->
        Quadrature.OverReals(mu, exp (0.5 * logVar), fun x -> exp (float (Gaussian.logDensity mu logVar x)))
        |> within (quadratureError (mu, logVar) (mu, logVar)) 1.0)

[<Test>]
let ``the entropy is the integral that defines it`` () =
    forAll gaussian (fun (mu, logVar) ->
        float (Gaussian.entropyByQuadrature mu logVar)
        |> within (quadratureError (mu, logVar) (mu, logVar)) (float (Gaussian.entropy logVar)))

[<TestCase(1.5, -0.7, 0.0, 0.0, 1.2232926518957047574)>]
[<TestCase(-0.02, 0.01, 0.0, 0.0, 0.00022508354208402877108)>]
[<TestCase(0.3, -1.2, -0.5, 0.4, 0.61545067372873228048)>]
let ``KL of two Gaussians`` (muQ: float, logVarQ: float, muP: float, logVarP: float, expected: float) =
    withinRoundings 8.0 expected (float (Gaussian.kl muQ logVarQ muP logVarP))

[<Test>]
let ``KL from the standard normal at two points`` () =
    withinRoundings 8.0 1.2232926518957047574 (float (Gaussian.klStandardNormal 1.5 -0.7))
    withinRoundings 8.0 0.00022508354208402877108 (float (Gaussian.klStandardNormal -0.02 0.01))

[<Test>]
let ``KL is the integral that defines it`` () =
    forAll (Gen.zip gaussian gaussian) (fun ((muQ, logVarQ), (muP, logVarP)) ->
        float (Gaussian.klByQuadrature muQ logVarQ muP logVarP)
        |> within
            (quadratureError (muQ, logVarQ) (muP, logVarP))
            (float (Gaussian.kl muQ logVarQ muP logVarP)))

[<Test>]
let ``KL from the standard normal is the integral that defines it`` () =
    forAll gaussian (fun (mu, logVar) ->
        float (Gaussian.klStandardNormalByQuadrature mu logVar)
        |> within (quadratureError (mu, logVar) (0.0, 0.0)) (float (Gaussian.klStandardNormal mu logVar)))

[<Test>]
let ``KL is never negative, and zero only between equals`` () =
    forAll (Gen.zip gaussian gaussian) (fun ((muQ, logVarQ), (muP, logVarP)) ->
        let kl = float (Gaussian.kl muQ logVarQ muP logVarP)
        let equal = muQ = muP && logVarQ = logVarP
        Assert.That((kl = 0.0), Is.EqualTo equal)
        Assert.That(kl, Is.GreaterThanOrEqualTo 0.0)
        Assert.That(float (Gaussian.kl muQ logVarQ muQ logVarQ), Is.Zero))

/// ∫∫ p(x, y) ln p(y|x)/p(y).
[<Test>]
let ``mutual information of correlated scalars is the integral that defines it`` () =
    let rho = 0.6
    let logVarGivenX = log (1.0 - rho * rho)

    let information x =
        let given y =
            let logConditional = float (Gaussian.logDensity (rho * x) logVarGivenX y)
            exp logConditional * (logConditional - float (Gaussian.logDensity 0.0 0.0 y))

        exp (float (Gaussian.logDensity 0.0 0.0 x))
        * Quadrature.OverReals(rho * x, sqrt (1.0 - rho * rho), given)

    // The integrals' terms are at most a few nats where the density is not negligible.
    Quadrature.OverReals(0.0, 1.0, information)
    |> within (256.0 * u) (float (Gaussian.mutualInformation rho))

[<TestCase(0.425757, 2.0)>]
[<TestCase(0.671706, 6.0)>]
[<TestCase(0.795060, 10.0)>]
let ``twenty correlated pairs carry the staircase's information`` (rho: float, nats: float) =
    // ρ is printed to 5·10⁻⁷; dI/dρ = d·ρ/(1 − ρ²).
    within (5e-7 * 20.0 * rho / (1.0 - rho * rho)) nats (20.0 * float (Gaussian.mutualInformation rho))

[<Test>]
let ``information is infinite at full correlation`` () =
    Assert.That(float (Gaussian.mutualInformation 1.0), Is.EqualTo infinity)

[<Test>]
let ``a correlation beyond 1 is refused`` () =
    refuses "rho" (fun () -> Gaussian.mutualInformation 1.5)

/// Guo, Shamai & Verdú 2005: dI/dγ = ½ mmse(γ), and the mmse of a Gaussian is Σ λ/(1 + γλ).
[<Test>]
let ``channel information is half the integral of the mmse over the SNR`` () =
    forAll (Gen.zip (between 0.0 10.0) (vectorOf 4 0.0 5.0)) (fun (snr, variances) ->
        let mmse g =
            variances |> Array.sumBy (fun v -> v / (1.0 + g * v))

        float (Gaussian.channelInformation snr variances)
        |> within (256.0 * u * (1.0 + 4.0 * log 51.0)) (0.5 * Quadrature.OverInterval(0.0, snr, mmse)))

[<Test>]
let ``channels refuse a negative variance and a negative SNR`` () =
    refuses "variances" (fun () -> Gaussian.channelInformation 1.0 [| 1.0; -1.0 |])
    refuses "snr" (fun () -> Gaussian.channelInformation -1.0 [| 1.0 |])
    refuses "snr" (fun () -> Gaussian.channelInformation nan [| 1.0 |])

[<Test>]
let ``a channel is a correlated pair: ρ² = γλ/(1 + γλ)`` () =
    forAll (between 0.001 100.0) (fun snr ->
        let rho = sqrt (snr / (1.0 + snr))
        // 1 − ρ² amplifies the rounding of ρ by 2ρ²/(1 − ρ²) = 2γ.
        float (Gaussian.mutualInformation rho)
        |> within (4.0 * u * (2.0 + 2.0 * snr)) (float (Gaussian.channelInformation snr [| 1.0 |])))
