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

        let plan =
            Plan.Training(device, g, parameters, 1UL, terms, outputs, fuse = fuse)

        device.Upload(ReadOnlySpan<float32>(values (13 * 7)), plan.Input "x")
        plan.Set("weight", 0.25f)
        plan.Run 0u

        device.ToArray parameters.Gradient |> Array.map BitConverter.SingleToInt32Bits,
        device.ToArray(plan.TensorOf outputs.Head) |> Array.map BitConverter.SingleToInt32Bits,
        plan.Launches.Count

    let private all =
        [ Activation.Relu; Activation.Tanh; Activation.Sigmoid; Activation.Silu; Activation.Gelu ]

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
