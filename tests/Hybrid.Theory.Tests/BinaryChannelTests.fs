module Hybrid.Theory.Tests.BinaryChannelTests

open System
open NUnit.Framework
open Hybrid.Theory

[<Test>]
let ``nothing gets through without a signal and a bit gets through a strong one`` () =
    Assert.That(float (BinaryChannel.information 0.0), Is.EqualTo(0.0).Within 1e-13)
    Assert.That(float (BinaryChannel.information 100.0), Is.EqualTo(log 2.0).Within 1e-13)

/// The least mean squared error at γ, as published tables of the binary channel have it.
[<TestCase(0.1, 0.9086594)>]
[<TestCase(0.5, 0.6498866)>]
[<TestCase(1.0, 0.44959951)>]
[<TestCase(4.0, 0.06859741)>]
let ``its derivative is half the least mean squared error`` (snr: float) (mmse: float) =
    let h = 1e-3

    let slope =
        float (BinaryChannel.information (snr + h) - BinaryChannel.information (snr - h))
        / (2.0 * h)

    // Third derivatives of order 1: the difference quotient errs by h²/6 of one.
    Assert.That(2.0 * slope, Is.EqualTo(mmse).Within 1e-6)

[<Test>]
let ``it is no more than a Gaussian input of the same power would carry`` () =
    for snr in [ 0.01; 0.3; 1.0; 5.0 ] do
        Assert.That(
            float (BinaryChannel.information snr),
            Is.LessThan(float (Gaussian.channelInformation snr [| 1.0 |]))
        )

[<Test>]
let ``a signal has a positive strength`` () =
    for snr in [ -1.0; nan; infinity ] do
        Assert.Throws<ArgumentException>(fun () -> BinaryChannel.information snr |> ignore)
        |> ignore
