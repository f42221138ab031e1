module Hybrid.Theory.Tests.AttentionTests

open System
open FsCheck.FSharp
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

/// A query of three numbers, seven keys and values of two: scores stay below 3·2·2.
let private problem =
    gen {
        let! query = vectorOf 3 -2.0 2.0
        let! keys = Gen.arrayOfLength 7 (vectorOf 3 -2.0 2.0)
        let! values = Gen.arrayOfLength 7 (vectorOf 2 -1.0 1.0)
        return query, keys, values
    }

/// A score rounds a few units of 12; seven weights at most 1, values at most 1.
let private rounding = 256.0 * u

[<Test>]
let ``weights are positive and add up to 1`` () =
    forAll problem (fun (query, keys, _) ->
        let weights = Attention.weights 1.0 query keys
        Assert.That(weights, Is.All.GreaterThan 0.0)
        within rounding 1.0 (Array.sum weights))

[<Test>]
let ``the order of the keys changes nothing`` () =
    forAll problem (fun (query, keys, values) ->
        let forwards = Attention.output 1.0 query keys values
        let backwards = Attention.output 1.0 query (Array.rev keys) (Array.rev values)
        Array.iter2 (within rounding) forwards backwards)

[<Test>]
let ``a key that is given twice counts twice`` () =
    let once, other = [| 0.5 |], [| -0.3 |]
    let twice = Attention.weights 1.0 [| 2.0 |] [| once; other; once |]
    let ratio = exp (2.0 * (0.5 + 0.3))
    withinRoundings 16.0 (2.0 * ratio / (2.0 * ratio + 1.0)) (twice[0] + twice[2])

[<Test>]
let ``without a scale it is the mean of the values`` () =
    forAll problem (fun (query, keys, values) ->
        let mean d =
            values |> Array.averageBy (fun v -> v[d])

        Attention.output 0.0 query keys values
        |> Array.iteri (fun d y -> within rounding (mean d) y))

[<Test>]
let ``with an immense scale it is the value of the best key`` () =
    let y =
        Attention.output
            1e6
            [| 1.0 |]
            [| [| 0.1 |]; [| 0.3 |]; [| 0.2 |] |]
            [| [| 5.0 |]; [| 7.0 |]; [| 9.0 |] |]

    Assert.That(y[0], Is.EqualTo 7.0)

[<Test>]
let ``one key gives its value`` () =
    let y =
        Attention.output 3.0 [| 1.0; -2.0 |] [| [| 5.0; 0.1 |] |] [| [| 0.25; -7.0 |] |]

    Assert.That((y[0], y[1]), Is.EqualTo((0.25, -7.0)))

[<Test>]
let ``the log-sum-exp is that of the scores`` () =
    forAll problem (fun (query, keys, _) ->
        let sum =
            keys
            |> Array.sumBy (fun key -> exp (0.5 * Array.sum (Array.map2 (*) query key)))

        within rounding (log sum) (float (Attention.logSum 0.5 query keys)))

[<Test>]
let ``its derivative by a score is the weight`` () =
    let keys = [| [| 0.2 |]; [| -1.1 |]; [| 0.7 |] |]
    let h = 1e-5

    // The query is 1, so a key is its score. Central differences: h²/6 of a third derivative below 1, and
    // 2u/h of rounding.
    for j in 0..2 do
        let at step =
            float (
                Attention.logSum
                    1.0
                    [| 1.0 |]
                    (keys |> Array.mapi (fun i k -> if i = j then [| k[0] + step |] else k))
            )

        let weight = (Attention.weights 1.0 [| 1.0 |] keys)[j]
        within (h * h + 8.0 * u / h) weight ((at h - at -h) / (2.0 * h))

[<Test>]
let ``adjoints of scores are differences of the weights' mean`` () =
    let scores, bars = [| 0.3; -0.8; 1.1; 0.0 |], [| 1.0; -2.0; 0.5; 3.0 |]
    let h = 1e-5

    let weights scores =
        Attention.weights 1.0 [| 1.0 |] (scores |> Array.map Array.singleton)

    let objective scores =
        Array.sum (Array.map2 (*) bars (weights scores))

    let adjoints = Attention.scoreAdjoints (weights scores) bars

    for j in 0..3 do
        let at step =
            objective (scores |> Array.mapi (fun i s -> if i = j then s + step else s))

        within (3.0 * (h * h + 8.0 * u / h)) adjoints[j] ((at h - at -h) / (2.0 * h))

[<Test>]
let ``adjoints of scores add up to 0: a shift of all changes nothing`` () =
    forAll (vectorOf 6 -3.0 3.0) (fun bars ->
        let weights =
            Attention.weights 1.0 [| 1.0 |] [| for s in 1..6 -> [| float s / 3.0 |] |]

        within rounding 0.0 (Array.sum (Attention.scoreAdjoints weights bars)))

[<Test>]
let ``what does not fit is refused`` () =
    refuses "keys" (fun () -> Attention.weights 1.0 [| 1.0 |] [||])
    refuses "keys" (fun () -> Attention.weights 1.0 [| 1.0 |] [| [| 1.0; 2.0 |] |])
    refuses "values" (fun () -> Attention.output 1.0 [| 1.0 |] [| [| 1.0 |] |] [||])
    refuses "weightAdjoints" (fun () -> Attention.scoreAdjoints [| 1.0 |] [||])
