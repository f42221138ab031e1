module Hybrid.Theory.Tests.SemiSupervisedTests

open System
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

let private bounds = [| 101.0; 99.5; 104.0; 99.9 |]

[<Test>]
let ``The best prediction makes the unlabelled bound least, the log-sum-exp of the classes`` () =
    let least = SemiSupervised.leastUnlabelledBound bounds
    let best = SemiSupervised.bestPrediction bounds
    Assert.That(float (SemiSupervised.unlabelledBound best bounds), Is.EqualTo(float least).Within 1e-12)
    let random = Random 1

    for _ in 1..100 do
        let weights = Array.init 4 (fun _ -> random.NextDouble())
        let q = weights |> Array.map (fun w -> w / Array.sum weights)
        Assert.That(float (SemiSupervised.unlabelledBound q bounds), Is.GreaterThanOrEqualTo(float least))

/// A bit in a two-state channel: p(x|y) by a table, no z, so that L is exact and U at its best is −log p(x).
[<Test>]
let ``Of an exact model it is the evidence and the posterior`` () =
    let prior, likelihood = [| 0.25; 0.75 |], [| 0.9; 0.2 |]
    let l = Array.map2 (fun p q -> -log(p * q)) prior likelihood
    let evidence = 0.25 * 0.9 + 0.75 * 0.2
    Assert.That(float (SemiSupervised.leastUnlabelledBound l), Is.EqualTo(-log evidence).Within 1e-14)
    Assert.That((SemiSupervised.bestPrediction l)[0], Is.EqualTo(0.225 / evidence).Within 1e-14)

[<Test>]
let ``A sure classifier of equal classes knows ln C, one that never changes nothing`` () =
    let sure =
        Array.init 6 (fun n -> Array.init 3 (fun c -> if n % 3 = c then 1.0 else 0.0))

    Assert.That(float (SemiSupervised.information sure), Is.EqualTo(log 3.0).Within 1e-14)
    let same = Array.replicate 6 [| 0.7; 0.2; 0.1 |]
    Assert.That(float (SemiSupervised.information same), Is.EqualTo(0.0).Within 1e-14)

/// Half of the examples sure of one class, half of the other but for a share of 0.1: H[mean] − ½ H[0.1].
[<Test>]
let ``In between it is by hand`` () =
    let q = [| [| 1.0; 0.0 |]; [| 0.1; 0.9 |] |]
    let h p = -p * log p - (1.0 - p) * log (1.0 - p)
    Assert.That(float (SemiSupervised.information q), Is.EqualTo(h 0.55 - 0.5 * h 0.1).Within 1e-14)

[<Test>]
let ``What is no distribution is refused`` () =
    let refuses q =
        refuses "q" (fun () -> SemiSupervised.unlabelledBound q bounds)

    refuses [| 1.0 |]
    refuses [| 0.5; 0.5; 0.5; -0.5 |]
    refuses [| 0.2; 0.2; 0.2; 0.2 |]
