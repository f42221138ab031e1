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
