namespace Hybrid.Autodiff.Tests

open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Formulas
open Hybrid.Autodiff.Tests.GradientTests

/// The operations of critics and denoisers, through a plan on the host device, against Dual<F64>.
module CriticAndDenoiserTests =
    let private critics (g: Graph) =
        layer g "f" (g.Input("data", 5, 4)) 7 Activation.Tanh,
        layer g "g" (g.Input("other", 5, 3)) 7 Activation.Tanh

    [<Test>]
    let ``a separable critic`` () =
        let g = Graph()
        check g [ g.InfoNceRows(g.PairProducts(critics g)), 0.2 ]

    [<Test>]
    let ``a concat critic with every activation`` ([<Values>] act: Activation) =
        let g = Graph()
        let a, b = critics g
        let hidden = layer g "middle" (g.PairSum(a, b, act)) 4 Activation.Tanh
        // No bias at the end: one that all scores share has no gradient to compare.
        let scores = g.Reshape(g.MatrixProduct(hidden, g.Parameter("tail", 4, 1)), 5, 5)
        check g [ g.InfoNceRows scores, 0.2 ]

    [<Test>]
    let ``cross-entropy over classes`` () =
        let g = Graph()
        let hidden = layer g "first" (g.Input("data", 5, 4)) 6 Activation.Tanh
        let logits = layer g "tail" hidden 35 Activation.Identity
        check g [ g.CrossEntropyRows(logits, g.Input("labels", 5, 35)), 0.2 ]

    [<Test>]
    let ``pairs of unequally many rows`` () =
        let g = Graph()

        let a, b =
            layer g "a" (g.Input("data", 3, 4)) 37 Activation.Identity,
            layer g "b" (g.Input("other", 6, 2)) 37 Activation.Identity

        check g [ layer g "tail" (g.PairSum(a, b, Activation.Sigmoid)) 1 Activation.Identity, 0.1 ]

    [<Test>]
    let ``products of unequally many rows`` () =
        let g = Graph()

        let a, b =
            layer g "a" (g.Input("data", 3, 4)) 9 Activation.Identity,
            layer g "b" (g.Input("other", 6, 2)) 9 Activation.Identity

        check g [ layer g "tail" (g.PairProducts(a, b)) 1 Activation.Tanh, 0.5 ]

    [<Test>]
    let ``products of a batch`` ([<Values>] factors: Factors) =
        let g = Graph()
        let count, m, n, k = 3, 2, 4, 5

        let a =
            match factors with
            | Factors.LeftTransposed -> layer g "a" (g.Input("data", count * k, 3)) m Activation.Tanh
            | _ -> layer g "a" (g.Input("data", count * m, 3)) k Activation.Tanh

        let b =
            match factors with
            | Factors.RightTransposed -> layer g "b" (g.Input("other", count * n, 2)) k Activation.Tanh
            | _ -> layer g "b" (g.Input("other", count * k, 2)) n Activation.Tanh

        check g [ layer g "tail" (g.BatchedProduct(factors, a, b, count)) 1 Activation.Tanh, 0.5 ]

    [<Test>]
    let ``a layer without bias`` () =
        let g = Graph()
        let hidden = layer g "first" (g.Input("data", 4, 3)) 5 Activation.Tanh
        check g [ layer g "tail" (g.MatrixProduct(hidden, g.Parameter("w", 5, 6))) 1 Activation.Tanh, 0.5 ]

    [<Test>]
    let ``a sum whose summands are read elsewhere too`` () =
        let g = Graph()
        let data = g.Input("data", 4, 3)

        let left, right =
            layer g "left" data 5 Activation.Tanh, layer g "right" data 5 Activation.Tanh

        let sum = g.Plus(g.Plus(left, right), right)

        check
            g
            [ layer g "tail" sum 1 Activation.Silu, 0.5
              layer g "again" right 1 Activation.Identity, 0.5 ]

    let private denoiser (g: Graph) t draw =
        let x = g.Input("points", (g.ShapeOf t).Rows, 3)
        let struct (z, eps) = draw (x, g.CosineLogSnr t)
        let features = g.TimeEmbedding(t, g.Input("frequencies", 4, 1))

        let hidden =
            g.Plus(layer g "time" features 5 Activation.Silu, layer g "input" z 5 Activation.Identity)

        g.SquaredErrorRows(layer g "out" (g.Activate(Activation.Silu, hidden)) 3 Activation.Identity, eps)

    [<Test>]
    let ``a denoiser that draws its times and noise`` () =
        let g = Graph()
        check g [ denoiser g (g.UniformRows 6) (fun (x, logSnr) -> g.DiffuseNoise(x, logSnr)), 0.2 ]

    [<Test>]
    let ``a denoiser whose times and noise are given`` () =
        let g = Graph()
        let eps = g.Input("eps", 6, 3)

        let draw (x, logSnr) = struct (g.Diffuse(x, logSnr, eps), eps)

        check g [ denoiser g (g.Scalar("time", 6)) draw, 0.2 ]

    [<Test>]
    let ``a denoiser of every schedule`` ([<Values>] kind: NoiseCurveKind) =
        let g = Graph()
        let first, last = if kind = NoiseCurveKind.Sigmoid then -3f, 3f else 0.1f, 20f
        let curve = NoiseCurve(kind, 0.01f, 0.98f, first, last, 7f)
        let t = g.UniformRows 6
        let logSnr = g.ScheduleLogSnr(t, curve)

        check g [ denoiser g t (fun (x, _) -> g.DiffuseNoise(x, logSnr)), 0.2 ]

    [<Test>]
    let ``numbers that lie with gaps are copied to be seen in other rows`` () =
        let g = Graph()

        let halves =
            g.Split(layer g "first" (g.Input("data", 4, 3)) 6 Activation.Tanh, 3, 3)

        check g [ layer g "tail" (g.Reshape(halves[0], 12, 1)) 1 Activation.Identity, 1.0 ]

    [<Test>]
    let ``noise through the schedule of a parameter is refused`` () =
        let g = Graph()
        let t = layer g "first" (g.Input("data", 4, 3)) 1 Activation.Sigmoid

        let loss =
            denoiser g t (fun (x, logSnr) ->
                let eps = g.Input("eps", 4, 3)
                struct (g.Diffuse(x, logSnr, eps), eps))

        Assert.That(
            System.Action(fun () -> Reverse.gradients g [ loss, "weight" ] |> ignore),
            Throws.InvalidOperationException.With.Message.Contains "has no derivative"
        )
