namespace Hybrid.Autodiff.Tests

open System
open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Devices
open Hybrid.Formulas

module FusionTests =
    let private layer (g: Graph) name x k n act =
        g.Affine(x, g.Parameter(name + "/w", k, n), g.Parameter(name + "/b", n, 1), act)

    let private specs =
        [| for name, k, n in [ "a", 7, 19; "b", 19, 19; "c", 19, 5 ] do
               { Name = name + "/w"
                 Shape = { Rows = k; Cols = n } }

               { Name = name + "/b"
                 Shape = { Rows = n; Cols = 1 } } |]

    /// Three layers; with a `fork`, the second one's output has two readers.
    let private build (g: Graph) act fork =
        let x = g.Input("x", 13, 7)
        let hidden = layer g "b" (layer g "a" x 7 19 act) 19 19 act
        let y = layer g "c" hidden 19 5 Activation.Identity

        if fork then
            [ y; g.Activate(Activation.Tanh, hidden) ]
        else
            [ y ]

    /// The gradient's bits, the output's, and how many launches it took.
    let private run act fork fuse =
        use device = new Host.HostDevice(1, Host.HostLanes.Auto)
        let parameters = Parameters(device, specs)
        let random = Random 5

        let values count =
            Array.init count (fun _ -> random.NextSingle() - 0.5f)

        for spec in specs do
            let start = values (spec.Shape.Rows * spec.Shape.Cols)
            device.Upload(ReadOnlySpan<float32> start, parameters.Value spec.Name)

        let g = Graph()
        let outputs = build g act fork

        let terms =
            [ for i, y in List.indexed outputs ->
                  let shape = g.ShapeOf y
                  let target = g.Input($"target {i}", shape.Rows, shape.Cols)
                  struct (g.SquaredErrorRows(y, target), "weight") ]

        let plan = Plan.Training(device, g, parameters, 1UL, terms, outputs, fuse = fuse)

        device.Upload(ReadOnlySpan<float32>(values (13 * 7)), plan.Input "x")
        plan.Set("weight", 0.25f)
        plan.Run 0u

        device.ToArray parameters.Gradient |> Array.map BitConverter.SingleToInt32Bits,
        device.ToArray(plan.TensorOf outputs.Head)
        |> Array.map BitConverter.SingleToInt32Bits,
        plan.Launches.Count

    let private all =
        [ Activation.Relu
          Activation.Tanh
          Activation.Sigmoid
          Activation.Silu
          Activation.Gelu ]

    [<Test>]
    let ``a fused plan gives the same bits in fewer launches``
        ([<ValueSource(nameof all)>] act: Activation, [<Values>] fork: bool)
        =
        let gradient, y, launches = run act fork true
        let expected, wanted, unfused = run act fork false
        Assert.That(gradient, Is.EqualTo(box expected))
        Assert.That(y, Is.EqualTo(box wanted))
        // Two hidden layers have a derivative each; the output that two read keeps its own launch.
        Assert.That(unfused - launches, Is.EqualTo(if fork then 1 else 2))

    [<Test>]
    let ``the gradient is not all zeros`` () =
        let gradient, _, _ = run Activation.Tanh true true
        Assert.That(gradient |> Array.exists (fun bits -> bits <> 0))

    /// The launches of a plan of `build data`, and its values' bits.
    let private evaluate fuse rows cols build =
        use device = new Host.HostDevice(1, Host.HostLanes.Auto)
        let g = Graph()
        let outputs: Value list = build g (g.Input("data", rows, cols))

        let specs =
            [| for node in g.Nodes do
                   match node.Op with
                   | Leaf(Parameter name) -> { Name = name; Shape = node.Shapes[0] }
                   | _ -> () |]

        let parameters = Parameters(device, specs)

        let values count =
            Array.init count (fun i -> float32 (i % 13 - 6) / 8f)

        for spec in specs do
            let start = values (spec.Shape.Rows * spec.Shape.Cols)
            device.Upload(ReadOnlySpan<float32> start, parameters.Value spec.Name)

        let plan = Plan.Evaluating(device, g, parameters, 1UL, outputs, fuse = fuse)
        device.Upload(ReadOnlySpan<float32>(values (rows * cols)), plan.Input "data")
        plan.Run 0u

        [ for launch in plan.Launches -> Op.name launch.Op ],
        [ for y in outputs -> device.ToArray(plan.TensorOf y) |> Array.map BitConverter.SingleToInt32Bits ],
        plan

    [<Test>]
    let ``an activation on its own is the end of the layer before it``
        ([<ValueSource(nameof all)>] act: Activation)
        =
        let build (g: Graph) x =
            [ g.Activate(act, layer g "a" x 7 5 Activation.Identity) ]

        let fused, values, _ = evaluate true 4 7 build
        let plain, expected, _ = evaluate false 4 7 build
        Assert.That(fused, Is.EqualTo(box [ "Affine" ]))
        Assert.That(plain, Is.EqualTo(box [ "Affine"; "Activate" ]))
        Assert.That(values, Is.EqualTo(box expected))

    [<Test>]
    let ``a convolution and a sum of pairs end in their activation``
        ([<ValueSource(nameof all)>] act: Activation)
        =
        let build (g: Graph) x =
            let size = Conv2dShape(1, 2, 3, 4, 5)
            let w, bias = g.Parameter("w", size.WeightRows, 5), g.Parameter("b", 5, 1)
            [ g.Conv2d(x, w, bias, size, act); g.PairSum(x, x, act) ]

        let fused, values, _ = evaluate true 6 4 build
        let _, expected, _ = evaluate false 6 4 build
        Assert.That(fused, Is.EqualTo(box [ "Conv2d"; "PairSum" ]))
        Assert.That(values, Is.EqualTo(box expected))

    [<Test>]
    let ``a layer that is wanted before its activation keeps its launch`` () =
        let build (g: Graph) x =
            let logits = layer g "a" x 7 5 Activation.Identity
            [ logits; g.Activate(Activation.Sigmoid, logits) ]

        let fused, values, _ = evaluate true 4 7 build
        let _, expected, _ = evaluate false 4 7 build
        Assert.That(fused, Is.EqualTo(box [ "Affine"; "Activate" ]))
        Assert.That(values, Is.EqualTo(box expected))

    [<Test>]
    let ``without a gradient no pre-activation is written`` ([<ValueSource(nameof all)>] act: Activation) =
        let _, _, plan = evaluate true 4 7 (fun g x -> [ layer g "a" x 7 5 act ])
        Assert.That(plan.Launches[0].Out2, Is.EqualTo plan.Launches[0].Out)
        Assert.That(plan.TemporaryWords, Is.EqualTo(4L * 5L))

    [<Test>]
    let ``operations are counted before they are joined`` () =
        let build (g: Graph) x =
            [ g.Activate(Activation.Gelu, layer g "a" x 7 5 Activation.Identity) ]

        let _, _, plan = evaluate true 4 7 build
        Assert.That(plan.Operations, Is.EqualTo 2)
        Assert.That(plan.Launches.Count, Is.EqualTo 1)

    /// A layer that predicts noise: the plan's launches, and the bits of losses, of outputs and of the gradient.
    let private predictNoise remakes fuse keepsEps =
        use device = new Host.HostDevice(1, Host.HostLanes.Auto, RemakesNoise = remakes)

        let values count =
            Array.init count (fun i -> float32 (i % 11 - 5) / 8f)

        let parameters =
            Parameters(
                device,
                [| { Name = "a/w"
                     Shape = { Rows = 7; Cols = 7 } }
                   { Name = "a/b"
                     Shape = { Rows = 7; Cols = 1 } } |]
            )

        device.Upload(ReadOnlySpan<float32>(values (7 * 7)), parameters.Value "a/w")
        let g = Graph()

        let struct (z, eps) =
            g.DiffuseNoise(g.Input("x", 13, 7), g.CosineLogSnr(g.UniformRows 13))

        let loss = g.SquaredErrorRows(layer g "a" z 7 7 Activation.Identity, eps)
        let outputs = if keepsEps then [ loss; eps ] else [ loss ]

        let plan =
            Plan.Training(device, g, parameters, 1UL, [ struct (loss, "weight") ], outputs, fuse = fuse)

        device.Upload(ReadOnlySpan<float32>(values (13 * 7)), plan.Input "x")

        plan.Set("weight", 0.25f)
        plan.Run 3u

        [ for launch in plan.Launches -> Op.name launch.Op ],
        [ device.ToArray parameters.Gradient
          for y in outputs do
              device.ToArray(plan.TensorOf y) ]
        |> List.map (Array.map BitConverter.SingleToInt32Bits),
        plan

    [<Test>]
    let ``a loss and its gradient are one launch, with noise stored or made again``
        ([<Values>] remakes: bool, [<Values>] keepsEps: bool)
        =
        let launches, values, plan = predictNoise remakes true keepsEps
        let apart, expected, _ = predictNoise remakes false keepsEps
        Assert.That(values, Is.EqualTo(box expected))
        Assert.That(values.Head |> Array.exists (fun bits -> bits <> 0))
        // Noise that somebody reads is stored, and so need not be made again.
        let again = remakes && not keepsEps

        let both =
            if again then
                "NoisePredictionRowsWithGrad"
            else
                "SquaredErrorRowsWithGrad"

        Assert.That(
            launches,
            Is.EqualTo(
                box
                    [ "Uniforms"
                      "CosineLogSnr"
                      "DiffuseNoise"
                      "Affine"
                      both
                      "AffineGradWeight" ]
            )
        )

        Assert.That(apart |> List.filter (fun name -> name.StartsWith "SquaredError"), Has.Length.EqualTo 2)
        let draw = plan.Launches[2]
        Assert.That(draw.Out2 = draw.Out, Is.EqualTo again)

    [<Test>]
    let ``noise made again costs no bytes`` () =
        let bytes remakes =
            let _, _, plan = predictNoise remakes true false

            plan.Launches
            |> Seq.filter (fun l -> (Op.name l.Op).StartsWith "Diffuse" || (Op.name l.Op).Contains "Rows")
            |> Seq.sumBy (fun l ->
                let cost = LaunchCost.Of l
                cost.BytesRead + cost.BytesWritten)

        // A word written, and a word read, for each of 13 rows of 7.
        Assert.That(bytes false - bytes true, Is.EqualTo(8L * 13L * 7L))
