module Hybrid.Theory.Tests.NormalizationTests

open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

/// 12 numbers below 3, at most 6 from their mean: sums and squares round a few units of 36 each.
let private numbers = vectorOf 12 -3.0 3.0

let private rounding = 256.0 * u

/// Numbers of a thousandth's grid: equal ones have a variance of 0, others of 10⁻⁷ at least.
let private varied (x: float[]) = Normalization.variance x > 0.05

[<Test>]
let ``normalised numbers have mean 0 and what epsilon leaves of variance 1`` () =
    forAll numbers (fun x ->
        if varied x then
            let v = Normalization.variance x
            let y = Normalization.normalized 0.01 x
            within rounding 0.0 (Array.average y)
            within rounding (v / (v + 0.01)) (Normalization.variance y))

[<Test>]
let ``the variance is the mean square less the squared mean`` () =
    forAll numbers (fun x ->
        let square = x |> Array.averageBy (fun x -> x * x)
        within rounding (square - Array.average x * Array.average x) (Normalization.variance x))

[<Test>]
let ``a shift changes nothing, and without epsilon a stretch changes nothing`` () =
    forAll numbers (fun x ->
        if varied x then
            let moved = x |> Array.map (fun x -> 2.0 * x + 1.0)

            // Over a deviation of 0.2 and more, a rounding of 7 is at most 35.
            Array.iter2
                (within (35.0 * rounding))
                (Normalization.normalized 0.0 x)
                (Normalization.normalized 0.0 moved))

[<Test>]
let ``equal numbers become 0`` () =
    Assert.That(Normalization.normalized 1e-5 [| 0.5; 0.5; 0.5 |], Is.All.EqualTo 0.0)

[<Test>]
let ``adjoints are differences of the objective`` () =
    let x, bars = [| 0.3; -0.8; 1.1; 0.0; 2.0 |], [| 1.0; -2.0; 0.5; 3.0; 0.25 |]
    let h = 1e-5

    let objective x =
        Array.sum (Array.map2 (*) bars (Normalization.normalized 0.1 x))

    let adjoints = Normalization.adjoints 0.1 x bars

    // Central differences: h²/6 of a third derivative of order 10 (the deviation is about 1, bars add up to
    // 7), and 2u/h of values of at most 7.
    for j in 0..4 do
        let at step =
            objective (x |> Array.mapi (fun i s -> if i = j then s + step else s))

        within (7.0 * (10.0 * h * h + 8.0 * u / h)) adjoints[j] ((at h - at -h) / (2.0 * h))

[<Test>]
let ``adjoints add up to 0: a shift of all changes nothing`` () =
    forAll (vectorOf 5 -3.0 3.0) (fun bars ->
        let adjoints = Normalization.adjoints 0.1 [| 0.3; -0.8; 1.1; 0.0; 2.0 |] bars
        within rounding 0.0 (Array.sum adjoints))

[<Test>]
let ``what does not fit is refused`` () =
    refuses "x" (fun () -> Normalization.variance [||])
    refuses "x" (fun () -> Normalization.normalized 1e-5 [||])
    refuses "normalizedAdjoints" (fun () -> Normalization.adjoints 1e-5 [| 1.0 |] [||])
