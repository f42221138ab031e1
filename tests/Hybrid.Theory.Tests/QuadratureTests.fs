module Hybrid.Theory.Tests.QuadratureTests

open System
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

[<Test>]
let ``the sum keeps what a large term would swallow`` () =
    Assert.That(Summation.neumaier [ 1.0; 1e100; 1.0; -1e100 ], Is.EqualTo 2.0)

[<Test>]
let ``ten million tenths are a million`` () =
    withinRoundings 2.0 1e6 (Summation.neumaier (Seq.replicate 10_000_000 0.1))

[<Test>]
let ``an infinite term gives an infinite sum`` () =
    Assert.That(Summation.neumaier [ 1.0; infinity; 2.0 ], Is.EqualTo infinity)

[<Test>]
let ``the real line under a bell is √π`` () =
    withinRoundings 8.0 (sqrt Math.PI) (Quadrature.OverReals(0.0, 1.0, (fun x -> exp (-x * x))))

[<Test>]
let ``moments of a Gaussian about its mean are 1, σ², 3σ⁴`` () =
    let moment n =
        Quadrature.OverReals(
            2.0,
            0.5,
            fun x -> exp (-2.0 * (x - 2.0) ** 2.0) * (x - 2.0) ** n / sqrt (Math.PI / 2.0)
        )

    withinRoundings 32.0 1.0 (moment 0.0)
    withinRoundings 32.0 0.25 (moment 2.0)
    withinRoundings 32.0 0.1875 (moment 4.0)

[<Test>]
let ``an interval integrates a polynomial exactly and 1/x to ln`` () =
    withinRoundings 16.0 (2.0 ** 11.0 / 11.0) (Quadrature.OverInterval(0.0, 2.0, (fun x -> x ** 10.0)))
    withinRoundings 16.0 (log 3.0) (Quadrature.OverInterval(1.0, 3.0, (fun x -> 1.0 / x)))

[<Test>]
let ``a scale must be positive`` () =
    refuses "scale" (fun () -> Quadrature.OverReals(0.0, 0.0, id))
