module Hybrid.Theory.Tests.DiscrepancyTests

open System
open NUnit.Framework
open Hybrid.Theory

/// Quadrature adds some 1300 terms below 1, each of which is such a sum, with a few roundings.
let private rounding = 1e-11

let private density mean variance x =
    exp (-(x - mean) * (x - mean) / (2.0 * variance))
    / sqrt (2.0 * Math.PI * variance)

/// MMD² = ∫∫ (q − p)(x) k(x, y) (q − p)(y) dx dy, which needs no expectations.
[<TestCase(1.0, 0.0, 0.5)>]
[<TestCase(2.0, 1.5, 0.4)>]
[<TestCase(0.3, -0.7, 2.0)>]
let ``is the double integral of the kernel`` (square: float, mean: float, variance: float) =
    let excess x =
        density mean variance x - density 0.0 1.0 x

    let scale = 0.5 * sqrt (min square (min 1.0 variance))

    let inner x =
        Quadrature.OverReals(0.5 * mean, scale, fun y -> exp (-(x - y) * (x - y) / (2.0 * square)) * excess y)

    let integral = Quadrature.OverReals(0.5 * mean, scale, fun x -> excess x * inner x)

    Assert.That(
        Discrepancy.fromStandardNormal square [| mean |] [| variance |],
        Is.EqualTo(integral).Within rounding
    )

[<Test>]
let ``a Gaussian that is the prior has none`` () =
    Assert.That(
        Discrepancy.fromStandardNormal 3.0 (Array.zeroCreate 4) (Array.create 4 1.0),
        Is.Zero.Within 1e-15
    )

/// Kernels of dimensions multiply: far in one dimension, nothing of the two meets.
[<Test>]
let ``far away both keep their own mean kernel`` () =
    let own v = Math.Sqrt(2.0 / (2.0 + 2.0 * v))
    let expected = own 0.5 * own 0.5 + own 1.0 * own 1.0

    Assert.That(
        Discrepancy.fromStandardNormal 2.0 [| 1e3; 0.0 |] [| 0.5; 0.5 |],
        Is.EqualTo(expected).Within 1e-14
    )

[<Test>]
let ``refuses what is no Gaussian and no kernel`` () =
    for square, variance in [ 0.0, 1.0; nan, 1.0; 1.0, -1.0 ] do
        Assert.Throws<ArgumentException>(fun () ->
            Discrepancy.fromStandardNormal square [| 0.0 |] [| variance |] |> ignore)
        |> ignore

    Assert.Throws<ArgumentException>(fun () -> Discrepancy.fromStandardNormal 1.0 [| 0.0 |] [||] |> ignore)
    |> ignore
