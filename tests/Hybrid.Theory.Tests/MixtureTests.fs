module Hybrid.Theory.Tests.MixtureTests

open System
open NUnit.Framework
open Hybrid.Theory

/// Sums and products of a handful of terms near 1: 2⁻⁵² each.
let private rounding = 32.0 * Math.ScaleB(1.0, -52)

[<Test>]
let ``one component is a Gaussian`` () =
    let mu, logVar, z = [| 0.3; -1.2 |], [| 0.5; -2.0 |], [| 1.0; 0.0 |]

    let expected =
        float (Gaussian.logDensity 0.3 0.5 1.0)
        + float (Gaussian.logDensity -1.2 -2.0 0.0)

    Assert.That(
        float (Mixture.logDensity [| mu |] [| logVar |] z),
        Is.EqualTo(expected).Within(rounding * abs expected)
    )

[<Test>]
let ``two components by their densities`` () =
    let density m l x =
        exp (-(x - m) * (x - m) / (2.0 * exp l)) / sqrt (2.0 * Math.PI * exp l)

    let expected = log (0.5 * density -1.0 0.4 0.7 + 0.5 * density 2.0 -0.6 0.7)

    Assert.That(
        float (Mixture.logDensity [| [| -1.0 |]; [| 2.0 |] |] [| [| 0.4 |]; [| -0.6 |] |] [| 0.7 |]),
        Is.EqualTo(expected).Within(rounding * abs expected)
    )

[<Test>]
let ``far from every component it is still a number`` () =
    let far =
        float (Mixture.logDensity [| [| 0.0 |]; [| 1.0 |] |] [| [| 0.0 |]; [| 0.0 |] |] [| 1e3 |])
    // The nearer component alone, halved; the other is e^−999.5 of it.
    let expected = float (Gaussian.logDensity 1.0 0.0 1e3) - log 2.0
    Assert.That(far, Is.EqualTo(expected).Within(rounding * abs expected))

[<Test>]
let ``responsibilities share one among the components, by their distance`` () =
    let mu, logVar = [| [| -1.0 |]; [| 1.0 |]; [| 1.0 |] |], Array.create 3 [| 0.0 |]
    let shares = Mixture.responsibilities mu logVar [| 0.5 |]
    // e^−(1.5² − 0.5²)/2 = e^−1 of each of the others.
    let near = 1.0 / (2.0 + exp -1.0)
    Assert.That(shares[0], Is.EqualTo(near * exp -1.0).Within rounding)
    Assert.That(shares[1], Is.EqualTo(near).Within rounding)
    Assert.That(Array.sum shares, Is.EqualTo(1.0).Within rounding)

[<Test>]
let ``shapes must fit`` () =
    Assert.Throws<ArgumentException>(fun () -> Mixture.logDensity [||] [||] [| 0.0 |] |> ignore)
    |> ignore

    Assert.Throws<ArgumentException>(fun () ->
        Mixture.logDensity [| [| 0.0 |] |] [| [| 0.0 |] |] [| 0.0; 1.0 |] |> ignore)
    |> ignore

[<Test>]
let ``equal weights give the equal mixture`` () =
    let mu, logVar, x =
        [| [| -1.0 |]; [| 2.0 |] |], [| [| 0.4 |]; [| -0.6 |] |], [| 0.7 |]

    let expected = float (Mixture.logDensity mu logVar x)

    Assert.That(
        float (Mixture.weightedLogDensity [| 0.5; 0.5 |] mu logVar x),
        Is.EqualTo(expected).Within(rounding * abs expected)
    )

[<Test>]
let ``EM from the truth on two clusters that do not meet is each cluster's moments`` () =
    let x = [| [| 0.0 |]; [| 2.0 |]; [| 100.0 |]; [| 101.0 |]; [| 102.0 |] |]

    let struct (weights, mu, logVar) =
        Mixture.expectationMaximization
            [| 0.5; 0.5 |]
            [| [| 1.0 |]; [| 101.0 |] |]
            [| [| 0.0 |]; [| 0.0 |] |]
            x

    let close (actual: float) (expected: float) =
        Assert.That(actual, Is.EqualTo(expected).Within(rounding * (1.0 + abs expected)))

    let means, variances = Array.map Array.head mu, Array.map (Array.head >> exp) logVar

    for actual, expected in
        List.zip
            [ weights[0]; weights[1]; means[0]; means[1]; variances[0]; variances[1] ]
            [ 0.4; 0.6; 1.0; 101.0; 1.0; 2.0 / 3.0 ] do
        close actual expected

[<Test>]
let ``EM never lowers the likelihood, and gains where it can`` () =
    let x =
        [| for i in 0..40 -> [| sin (float i * 1.7) + (if i % 3 = 0 then 2.0 else 0.0) |] |]

    let mutable parameters =
        struct ([| 0.3; 0.7 |], [| [| -1.0 |]; [| 0.5 |] |], [| [| 0.0 |]; [| 1.0 |] |])

    let likelihood (struct (w, m, l)) = float (Mixture.logLikelihood w m l x)

    let start = likelihood parameters

    for _ in 1..50 do
        let before = likelihood parameters
        let struct (w, m, l) = parameters
        parameters <- Mixture.expectationMaximization w m l x
        Assert.That(likelihood parameters, Is.GreaterThan(before - rounding * abs before))

    Assert.That(likelihood parameters, Is.GreaterThan(start + 0.1))
