module Hybrid.Theory.Tests.ImmSeTests

open System
open NUnit.Framework
open Hybrid.Theory
open Hybrid.Theory.Tests.Checks

/// Three Gaussians on a line whose figures were worked out beforehand in another program.
let private mixture =
    MixtureOracle(
        [| 0.3; 0.5; 0.2 |],
        [| [| -2.0 |]; [| 0.0 |]; [| 2.5 |] |],
        [| 0.5; 1.0; 0.4 |] |> Array.map (fun s -> array2D [ [ s * s ] ])
    )

let private mixtureErrors =
    [ 0.01, 2.95679684
      0.1, 2.32577235
      0.5, 1.14930061
      1.0, 0.69420575
      2.0, 0.38852368
      5.0, 0.16994222
      10.0, 0.08963695
      100.0, 0.00984098 ]

[<Test>]
let ``least errors of a mixture`` () =
    for gamma, printed in mixtureErrors do
        toPrintedDigits 8 printed (mixture.Mmse gamma)

[<Test>]
let ``no mixture is as hard as a Gaussian of its variance`` () =
    let gaussian =
        [ 2.95690; 2.33540; 1.20745; 0.75290; 0.42952; 0.18768; 0.09682; 0.009967 ]

    for (gamma, error), printed in List.zip mixtureErrors gaussian do
        let bound = ImmSe.gaussianMmse [| 3.047 |] gamma
        toPrintedDigits 5 printed bound
        Assert.That(error, Is.LessThan bound)

[<Test>]
let ``least errors of a sign`` () =
    let point x = [| x |], array2D [ [ 0.0 ] ]
    let (a, none), (b, _) = point -1.0, point 1.0
    let sign = MixtureOracle([| 0.5; 0.5 |], [| a; b |], [| none; none |])

    for gamma, printed in
        [ 0.1, 0.9086594
          0.5, 0.6498866
          1.0, 0.44959951
          2.0, 0.23101822
          4.0, 0.06859741
          8.0, 0.00717626 ] do
        toPrintedDigits 7 printed (ImmSe.signMmse gamma)
        within 1e-12 (ImmSe.signMmse gamma) (sign.Mmse gamma)

[<Test>]
let ``a sign has one bit`` () =
    within 1e-12 (log 2.0) (float (ImmSe.discreteEntropy (Func<float, float> ImmSe.signMmse)))

[<Test>]
let ``a mixture has the entropy that its density has`` () =
    let entropy = float (mixture.EntropyNats())
    toPrintedDigits 8 1.81006832 entropy
    within 1e-10 entropy (float (ImmSe.entropy 1 (Func<float, float> mixture.Mmse)))

[<Test>]
let ``a Gaussian has the entropy that its variances have`` () =
    let variances = [| 1.0 - 0.980198; 1.0 + 0.980198 |]

    let exact =
        float (MultivariateGaussian.entropyDiagonal (variances |> Array.map log))

    toPrintedDigits 4 1.2185 exact

    within 1e-12 exact (float (ImmSe.entropy 2 (Func<float, float>(ImmSe.gaussianMmse variances))))
