module Hybrid.Theory.Tests.InfoNceTests

open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

[<Test>]
let ``a critic that knows nothing pays ln B`` () =
    withinRoundings 8.0 (log 7.0) (float (InfoNce.nll (Array.create 7 -3.5) 2))

[<TestCase(0, 1.3715390318526828)>]
[<TestCase(1, 0.3715390318526828)>]
[<TestCase(2, 2.8715390318526828)>]
let ``three scores`` (own: int, expected: float) =
    // log(e⁰ + e¹ + e^−1.5) = 1.3715390318526828…
    withinRoundings 16.0 expected (float (InfoNce.nll [| 0.0; 1.0; -1.5 |] own))

[<Test>]
let ``probabilities add up to 1`` () =
    forAll (vectorOf 9 -20.0 20.0) (fun scores ->
        within (64.0 * u * 40.0) 1.0 (Array.sum (InfoNce.probabilities scores)))

[<Test>]
let ``the best critic is the logarithm of densities`` () =
    for rho in [ -0.9; 0.0; 0.4 ] do
        for x, y in [ 0.3, -1.2; 2.0, 2.0; 0.0, 0.5 ] do
            let logVar = log (1.0 - rho * rho)

            let definition =
                Gaussian.logDensity (rho * x) logVar y - Gaussian.logDensity 0.0 0.0 y

            within 1e-13 (float definition) (float (InfoNce.bestCritic rho x y))

[<Test>]
let ``the best critic's mean is the mutual information`` () =
    let rho = 0.8

    let mean =
        Quadrature.OverReals(
            0.0,
            1.0,
            fun x ->
                Quadrature.OverReals(
                    rho * x,
                    sqrt (1.0 - rho * rho),
                    fun y ->
                        let density =
                            Gaussian.logDensity 0.0 0.0 x
                            + Gaussian.logDensity (rho * x) (log (1.0 - rho * rho)) y

                        exp (float density) * float (InfoNce.bestCritic rho x y)
                )
        )

    within 1e-12 (float (Gaussian.mutualInformation rho)) mean

[<Test>]
let ``what is no index or no correlation is refused`` () =
    refuses "own" (fun () -> InfoNce.nll [| 1.0 |] 1)
    refuses "rho" (fun () -> InfoNce.bestCritic 1.0 0.0 0.0)
