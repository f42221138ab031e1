namespace Hybrid.Autodiff.Tests

open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Formulas

/// Convolutions and their reverse rule.
module ConvolutionTests =
    /// Three layers of 3×3, 5×5 and 1×1 taps on two images of 3 × 4 pixels, then a pixel's number.
    [<Test>]
    let ``convolutions with every activation`` ([<Values>] act: Activation) =
        let g = Graph()

        let conv name x ci co kernel act =
            let size = Conv2dShape(2, 3, 4, ci, co, kernel)

            g.Conv2d(
                x,
                g.Parameter(name + "/w", size.WeightRows, co),
                g.Parameter(name + "/b", co, 1),
                size,
                act
            )

        let hidden = conv "first" (g.Input("data", 24, 3)) 3 4 3 act
        let hidden = conv "second" hidden 4 2 5 act
        GradientTests.check g [ conv "third" hidden 2 1 1 Activation.Identity, 0.5 ]

    [<Test>]
    let ``a kernel without a middle is refused`` () =
        let g = Graph()

        let convolve () =
            g.Conv2d(
                g.Input("data", 4, 1),
                g.Parameter("w", 4, 1),
                g.Parameter("b", 1, 1),
                Conv2dShape(1, 2, 2, 1, 1, 2),
                Activation.Identity
            )
            |> ignore

        Assert.That(System.Action convolve, Throws.ArgumentException.With.Message.Contains "1, 3, 5")

    [<Test>]
    let ``a convolution of other shapes is refused`` () =
        let g = Graph()

        let convolve () =
            g.Conv2d(
                g.Input("data", 5, 1),
                g.Parameter("w", 9, 1),
                g.Parameter("b", 1, 1),
                Conv2dShape(1, 2, 2, 1, 1),
                Activation.Identity
            )
            |> ignore

        Assert.That(
            System.Action convolve,
            Throws.ArgumentException.With.Message.Contains "Conv2d 1×2×2, 1→1, 3×3"
        )
