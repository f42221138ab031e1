module Hybrid.Theory.Tests.OverlapTests

open System
open NUnit.Framework
open Hybrid.Theory

/// Quadrature adds some 1300 terms below 1, each with a few roundings.
let private rounding = 1e-12

let private density mean variance x =
    exp (-(x - mean) * (x - mean) / (2.0 * variance))
    / sqrt (2.0 * Math.PI * variance)

[<TestCase(0.0, 1.0)>]
[<TestCase(0.0, 0.05)>]
[<TestCase(1.5, 0.4)>]
[<TestCase(-3.0, 2.0)>]
let ``is the integral that defines it`` (mean: float, variance: float) =
    let root x =
        sqrt (density mean variance x * density 0.0 1.0 x)

    let integral = Quadrature.OverReals(0.5 * mean, 0.5 * sqrt (min 1.0 variance), root)

    Assert.That(Overlap.withStandardNormal mean variance, Is.EqualTo(integral).Within rounding)

/// One latent of one-dimensional data, averaged over x by quadrature.
[<TestCase(0.8, 0.3, 0.2, 2.0)>]
[<TestCase(-1.4, 0.0, 0.7, 0.5)>]
[<TestCase(0.0, 0.0, 1.0, 3.0)>]
let ``of a linear VAE is the mean over x`` (weight: float, bias: float, variance: float, data: float) =
    let parameters =
        { EncoderWeights = array2D [ [ weight ] ]
          EncoderBias = [| bias |]
          PosteriorVariance = [| variance |]
          DecoderWeights = array2D [ [ 1.0 ] ]
          DecoderBias = [| 0.0 |]
          DecoderVariance = 1.0 }

    let mean =
        Quadrature.OverReals(
            0.0,
            0.5 * sqrt data,
            fun x -> density 0.0 data x * Overlap.withStandardNormal (weight * x + bias) variance
        )

    Assert.That(Overlap.ofLinearVae parameters (array2D [ [ data ] ]), Is.EqualTo(mean).Within rounding)

/// Independent latents: the coefficient is a product.
[<Test>]
let ``of independent latents is a product`` () =
    let lambda = [| 4.0; 2.0; 1.0 |]
    let covariance = Array2D.init 3 3 (fun i j -> if i = j then lambda[i] else 0.0)
    let parameters = LinearVae.atOptimum covariance 3 1.0 0.2

    let one (l: float) =
        let covariance = array2D [ [ l ] ]
        Overlap.ofLinearVae (LinearVae.atOptimum covariance 1 1.0 0.2) covariance

    let product = lambda |> Array.fold (fun p l -> p * one l) 1.0
    Assert.That(Overlap.ofLinearVae parameters covariance, Is.EqualTo(product).Within rounding)

/// The KL falls to 0 as β grows, and the overlap rises to 1: never the other way round.
[<Test>]
let ``rises to 1 as the KL falls to 0`` () =
    let covariance =
        Array2D.init 3 3 (fun i j -> if i = j then 4.0 / float (1 <<< i) else 0.0)

    let betas = [ 0.5; 1.0; 2.0; 4.0; 8.0; 16.0; 20.0 ]

    let both =
        betas
        |> List.map (fun beta ->
            let p = LinearVae.atOptimum covariance 3 beta 0.2
            float (LinearVae.account p covariance).RateNats, Overlap.ofLinearVae p covariance)

    Assert.That(List.map fst both, Is.Ordered.Descending)
    Assert.That(List.map snd both, Is.Ordered.Ascending)
    Assert.That(snd (List.last both), Is.EqualTo 1.0)
