/// Golden values: mpmath 1.3, mp.dps = 30, as differences of logistic distribution functions.
module Hybrid.Theory.Tests.GreyValuesTests

open System
open FsCheck.FSharp
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

/// Means inside and outside the pixels' range, and log-scales from a ninth of a bin to flat.
let private aComponent =
    Gen.zip (between -0.5 1.5) (between -7.7 3.0)
    |> Gen.map (fun (mu, logScale) -> mu, exp logScale)

let private sum values probability =
    Summation.neumaier (seq { for k in 0 .. values - 1 -> probability k })

[<TestCase(0.3, 0.05, 100, 0.0092555215132103883566)>]
[<TestCase(0.3, 0.05, 0, 0.0025712608790430633743)>]
[<TestCase(0.3, 0.05, 255, 8.6478477283145835009e-7)>]
[<TestCase(0.9, 0.001, 229, 0.48057481693976983582)>]
let ``a bin of a logistic density`` (mu: float, scale: float, k: int, expected: float) =
    // The bin's ends round at 2⁻⁵³, of which its density sees 1/scale.
    within ((64.0 + 4.0 / scale) * u * expected) expected (GreyValues.logisticBin 256 mu scale k)

[<Test>]
let ``the 256 bins of a logistic density have probability 1 together`` () =
    forAll aComponent (fun (mu, scale) -> sum 256 (GreyValues.logisticBin 256 mu scale) |> within 1e-12 1.0)

[<Test>]
let ``so have those of a mixture`` () =
    forAll (Gen.listOfLength 3 (Gen.zip aComponent (between -5.0 5.0))) (fun components ->
        let mu, scale = components |> List.map fst |> Array.ofList |> Array.unzip
        let scores = components |> List.map snd |> Array.ofList

        sum 256 (GreyValues.logisticMixtureBin 256 scores mu scale) |> within 1e-12 1.0)

[<Test>]
let ``a mixture of equals is each of them`` () =
    forAll (Gen.zip aComponent (between -3.0 3.0)) (fun ((mu, scale), score) ->
        let bin = GreyValues.logisticBin 256 mu scale 100

        GreyValues.logisticMixtureBin 256 [| score; 0.5 |] [| mu; mu |] [| scale; scale |] 100
        |> withinRoundings 8.0 bin)

[<Test>]
let ``a softmax has probability 1, and does not see a shift`` () =
    forAll (vectorOf 17 -20.0 20.0) (fun scores ->
        sum 17 (GreyValues.softmax scores) |> within 1e-14 1.0

        GreyValues.softmax (scores |> Array.map (fun score -> score + 3.0)) 5
        |> withinRoundings 256.0 (GreyValues.softmax scores 5))

[<Test>]
let ``the mean of a symmetric distribution is its centre`` () =
    GreyValues.mean 256 (Func<int, float>(GreyValues.logisticBin 256 0.5 0.1))
    |> within 1e-13 0.5

    GreyValues.mean 17 (Func<int, float>(GreyValues.softmax (Array.zeroCreate 17)))
    |> within 1e-14 0.5

[<Test>]
let ``what is no scale and no value is refused`` () =
    refuses "scale" (fun () -> GreyValues.logisticBin 256 0.5 0.0 3)
    refuses "k" (fun () -> GreyValues.logisticBin 256 0.5 0.1 256)
    refuses "k" (fun () -> GreyValues.logisticBin 256 0.5 0.1 -1)
