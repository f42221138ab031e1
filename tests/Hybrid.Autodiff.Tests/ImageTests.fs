namespace Hybrid.Autodiff.Tests

open System
open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Formulas
open Hybrid.Autodiff.Tests.GradientTests

/// Images of several sizes and their reverse rules.
module ImageTests =
    let private gainAndBias (g: Graph) channels =
        g.Parameter("gain", channels, 1), g.Parameter("bias", channels, 1)

    let private tail (g: Graph) x =
        layer g "tail" x 1 Activation.Identity, 0.25

    [<TestCase(1, Activation.Identity)>]
    [<TestCase(3, Activation.Silu)>]
    [<TestCase(6, Activation.Silu)>]
    [<TestCase(2, Activation.Gelu)>]
    [<TestCase(2, Activation.Tanh)>]
    [<TestCase(3, Activation.Sigmoid)>]
    let ``group norm of 3 images of 5 pixels`` (groups, act) =
        let g = Graph()
        let x = layer g "x" (g.Input("data", 15, 4)) 6 Activation.Tanh
        let gain, bias = gainAndBias g 6
        let y = g.GroupNorm(x, gain, bias, GroupShape(3, 5, 6, groups, 0.01f), act)
        check g [ tail g y ]

    [<TestCase(Activation.Silu)>]
    [<TestCase(Activation.Relu)>]
    [<TestCase(Activation.Sigmoid)>]
    let ``an activation inside group norm has the bits of one behind it`` act =
        let gradients (norm: Graph -> Value -> Value -> Value -> GroupShape -> Value) =
            let g = Graph()
            let x = layer g "x" (g.Input("data", 15, 4)) 6 Activation.Tanh
            let gain, bias = gainAndBias g 6
            let terms = [ tail g (norm g x gain bias (GroupShape(3, 5, 6, 2))) ]
            use model = new Model(g, terms)
            model.Run()
            model.Device.ToArray model.Parameters.Gradient |> Array.map BitConverter.SingleToInt32Bits

        let inside = gradients (fun g x gain bias size -> g.GroupNorm(x, gain, bias, size, act))

        let behind =
            gradients (fun g x gain bias size ->
                g.Activate(act, g.GroupNorm(x, gain, bias, size, Activation.Identity)))

        Assert.That(inside, Is.EqualTo<int[]> behind)

    [<Test>]
    let ``group norm of data trains its gain and bias alone`` () =
        let g = Graph()
        let gain, bias = gainAndBias g 4
        let y = g.GroupNorm(g.Input("data", 6, 4), gain, bias, GroupShape(2, 3, 4, 2), Activation.Silu)
        let terms = [ tail g y ]
        check g terms
        use model = new Model(g, terms)
        let names = [ for launch in model.Plan.Launches -> Op.name launch.Op ]
        Assert.That(names, Does.Contain "GroupNormSums")
        Assert.That(names, Does.Not.Contain "GroupNormGrad")
        Assert.That(names, Does.Not.Contain "ActivateGrad")

    [<Test>]
    let ``half the size and twice the size`` () =
        let g = Graph()
        let size = ImageShape(2, 4, 6, 3)
        let x = layer g "x" (g.Input("data", 48, 2)) 3 Activation.Tanh
        let half = g.Downsample(x, size)
        Assert.That(g.ShapeOf half, Is.EqualTo { Rows = 12; Cols = 3 })
        let again = g.Upsample(g.Activate(Activation.Tanh, half), size)
        check g [ tail g (g.Plus(x, again)) ]

    [<Test>]
    let ``a row for every image`` () =
        let g = Graph()
        let rows = layer g "rows" (g.Input("time", 3, 2)) 4 Activation.Tanh
        let x = layer g "x" (g.Input("data", 15, 2)) 4 Activation.Identity
        check g [ tail g (g.Activate(Activation.Tanh, g.PlusPerImage(rows, x, 5))) ]

    [<Test>]
    let ``columns beside each other, one of them read elsewhere too`` () =
        let g = Graph()
        let skip = layer g "skip" (g.Input("data", 5, 3)) 4 Activation.Tanh
        let deep = layer g "deep" skip 2 Activation.Tanh
        check g [ tail g (g.Join(deep, skip)) ]

    [<Test>]
    let ``a skip is written where it is read, and its adjoint is added in place`` () =
        let g = Graph()
        let skip = layer g "skip" (g.Input("data", 5, 3)) 4 Activation.Tanh
        let deep = layer g "deep" skip 2 Activation.Tanh
        use model = new Model(g, [ tail g (g.Join(deep, skip)) ])
        let names = [ for launch in model.Plan.Launches -> Op.name launch.Op ]
        Assert.That(names, Does.Not.Contain "Scale")
        Assert.That(names |> List.filter ((=) "Add"), Has.Length.EqualTo 1)

    [<Test>]
    let ``a parameter, data, and twice the same value beside each other`` () =
        let g = Graph()
        let x = layer g "x" (g.Input("data", 5, 3)) 2 Activation.Tanh
        let joined = g.Join(g.Parameter("rows", 5, 2), x, g.Input("data", 5, 3), x)
        check g [ tail g joined ]

    [<Test>]
    let ``what is seen in other rows, or is a term of the objective, may lie beside others as well`` () =
        let g = Graph()
        let x = layer g "x" (g.Input("data", 6, 3)) 1 Activation.Tanh
        let other = layer g "other" (g.Reshape(x, 2, 3)) 6 Activation.Tanh
        let joined = g.Join(x, g.Reshape(other, 6, 2))
        check g [ tail g joined; x, 0.5 ]

    [<Test>]
    let ``columns of a value seen in other rows`` () =
        let g = Graph()
        let parts = g.Split(layer g "x" (g.Input("data", 6, 3)) 5 Activation.Tanh, 2, 3)
        let turned = layer g "turned" (g.Reshape(parts[0], 3, 4)) 4 Activation.Tanh
        check g [ tail g (g.Join(g.Reshape(turned, 6, 2), parts[1])) ]

    let private refused text (build: Graph -> unit) =
        Assert.That(
            Action(fun () -> build (Graph())),
            Throws.ArgumentException.With.Message.Contains(text: string)
        )

    [<Test>]
    let ``what does not fit is refused`` () =
        refused "groups must divide" (fun g ->
            let gain, bias = gainAndBias g 6
            g.GroupNorm(g.Input("x", 10, 6), gain, bias, GroupShape(2, 5, 6, 4), Activation.Identity) |> ignore)

        refused "GroupNorm 2×5, 6 in 3" (fun g ->
            let gain, bias = gainAndBias g 5
            g.GroupNorm(g.Input("x", 10, 6), gain, bias, GroupShape(2, 5, 6, 3), Activation.Identity) |> ignore)

        refused "must be even" (fun g ->
            g.Downsample(g.Input("x", 49, 2), ImageShape(1, 7, 7, 2)) |> ignore)

        refused "Upsample 1×8×8, 2" (fun g ->
            g.Upsample(g.Input("x", 64, 2), ImageShape(1, 8, 8, 2)) |> ignore)

        refused "PlusPerImage of 4 pixels" (fun g ->
            g.PlusPerImage(g.Input("rows", 2, 3), g.Input("x", 10, 3), 4) |> ignore)

        refused "Join" (fun g -> g.Join(g.Input("a", 2, 3), g.Input("b", 3, 3)) |> ignore)

    [<Test>]
    let ``launches cost their pixels and channels`` () =
        let g = Graph()
        let size = ImageShape(2, 2, 4, 6)
        let x = layer g "x" (g.Input("data", 16, 4)) 6 Activation.Identity
        let gain, bias = gainAndBias g 6
        let y = g.GroupNorm(x, gain, bias, GroupShape(2, 8, 6, 3), Activation.Identity)
        let y = g.PlusPerImage(layer g "rows" (g.Input("time", 2, 2)) 6 Activation.Tanh, y, 8)
        let half = g.Downsample(y, size)
        use model = new Model(g, [ tail g (g.Upsample(half, size)) ])

        let cost name =
            model.Plan.Launches
            |> Seq.find (fun launch -> Op.name launch.Op = name)
            |> LaunchCost.Of

        // 96 numbers, 12 channels and 6 groups of the two images: mean and variance, then x̂ and what follows.
        Assert.That((cost "GroupNorm").Flops, Is.EqualTo(96 * 4 + 12 * 2 + 6 * (2 + 3) + 96 * (2 + 2)))
        Assert.That((cost "GroupNormSums").Flops, Is.EqualTo(96 * (2 + 3)))
        Assert.That((cost "GroupNormGrad").Flops, Is.EqualTo(96 * (2 + 3 + 2) + 12 * 4 + 6 * 2))
        Assert.That((cost "PlusPerImage").BytesRead, Is.EqualTo(4 * (96 + 12)))
        Assert.That((cost "SumPerImage").BytesWritten, Is.EqualTo(4 * 12))
        Assert.That((cost "Downsample").BytesWritten, Is.EqualTo 96)
        Assert.That((cost "Upsample").BytesRead, Is.EqualTo 96)
