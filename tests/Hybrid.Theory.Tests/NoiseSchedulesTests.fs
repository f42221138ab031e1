module Hybrid.Theory.Tests.NoiseSchedulesTests

open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

let private toDigits (digits: float) (printed: float) (actual: float) =
    within (0.5 * 10.0 ** -digits * abs printed + 1e-15) printed actual

/// The end points that papers and their code have, worked out beforehand in another program.
[<Test>]
let ``tables of a thousand steps end where they are known to`` () =
    let linear = NoiseSchedules.linearBetas 1e-4 0.02 1000 |> NoiseSchedules.alphaBars
    toDigits 5.0 4.03583e-5 (Array.last linear)
    within 0.1 9999.0 (linear[0] / (1.0 - linear[0]))
    toPrintedDigits 4 9.2102 (NoiseSchedules.logSnr linear[0])
    toPrintedDigits 4 -10.1177 (NoiseSchedules.logSnr (Array.last linear))

    let scaled =
        NoiseSchedules.scaledLinearBetas 0.00085 0.012 1000 |> NoiseSchedules.alphaBars

    let last = Array.last scaled
    toPrintedDigits 8 0.00466010 last
    toPrintedDigits 7 0.0682649 (sqrt last)
    toPrintedDigits 8 0.00468192 (last / (1.0 - last))

    let cosine = NoiseSchedules.cosineBetas 1000 |> NoiseSchedules.alphaBars
    toPrintedDigits 8 0.99995872 cosine[0]
    toDigits 4.0 2.4288e-9 (Array.last cosine)

    toDigits 3.0 1.518e-10 (NoiseSchedules.cosineBetas 4000 |> NoiseSchedules.alphaBars |> Array.last)

[<Test>]
let ``a linear rate has a quadratic integral`` () =
    for t in [ 0.0; 0.3; 1.0 ] do
        within 1e-14 (exp -(0.1 * t + 0.5 * 19.9 * t * t)) (NoiseSchedules.linearBetaAlphaBar 0.1 20.0 t)

[<Test>]
let ``a logistic schedule leaves everything at first, nothing at last, half in the middle`` () =
    within 0.0 1.0 (NoiseSchedules.sigmoidAlphaBar -3.0 3.0 0.0)
    within 1e-15 0.0 (NoiseSchedules.sigmoidAlphaBar -3.0 3.0 1.0)
    within 1e-15 0.5 (NoiseSchedules.sigmoidAlphaBar -3.0 3.0 0.5)

[<Test>]
let ``levels of Karras go from the largest to the least`` () =
    let sigmas = NoiseSchedules.karrasSigmas 0.002 80.0 7.0 18
    within 1e-12 80.0 sigmas[0]
    within 1e-15 0.002 (Array.last sigmas)

    for a, b in Array.pairwise sigmas do
        Assert.That(b, Is.LessThan a)

[<Test>]
let ``a table without terminal signal keeps its first entry`` () =
    let table =
        NoiseSchedules.scaledLinearBetas 0.00085 0.012 1000 |> NoiseSchedules.alphaBars

    let zero = NoiseSchedules.zeroTerminalSnr table
    within 1e-15 table[0] zero[0]
    within 0.0 0.0 (Array.last zero)

[<Test>]
let ``a chain of one step is refused`` () =
    refuses "T" (fun () -> NoiseSchedules.linearBetas 1e-4 0.02 1)
