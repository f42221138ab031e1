namespace Hybrid.Autodiff.Tests

open System
open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Devices
open Hybrid.Formulas

/// Buffers are assigned once, reused only when dead, and a run allocates nothing.
module PlanTests =
    let private deep () =
        let g = Graph()
        let mutable x = g.Input("data", 16, 32)

        for i in 0..5 do
            x <- g.Affine(x, g.Parameter($"{i}/w", 32, 32), g.Parameter($"{i}/b", 32, 1), Activation.Tanh)

        let y =
            g.Affine(x, g.Parameter("out/w", 32, 1), g.Parameter("out/b", 1, 1), Activation.Identity)

        g, y

    let private words (t: Tensor) =
        set
            [ for row in 0 .. t.Rows - 1 do
                  for col in 0 .. t.Cols - 1 do
                      t.Segment, t.Offset + int64 (row * t.Stride + col) ]

    [<Test>]
    let ``no launch writes what it reads, but for sums in place`` () =
        let g, y = deep ()
        use model = new Model(g, [ y, 1.0 ])

        for launch in model.Plan.Launches do
            let written = words launch.Out + words launch.Out2

            match launch.Op with
            | Backward(Add(x, _)) -> Assert.That(Set.intersect written (words x), Is.Empty)
            | op ->
                for operand in Op.operands op do
                    Assert.That(Set.intersect written (words operand), Is.Empty, Op.name op)

    [<Test>]
    let ``dead buffers are used again`` () =
        let g, y = deep ()
        use model = new Model(g, [ y, 1.0 ])

        let written =
            model.Plan.Launches
            |> Seq.sumBy (fun launch ->
                match launch.Op with
                | Forward _
                | Backward(AffineGradInput _ | ActivateGrad _) -> launch.Out.Length
                | _ -> 0L)

        Assert.That(model.Plan.TemporaryWords, Is.LessThan(written * 3L / 4L))

    [<Test>]
    let ``a plan that keeps every value computes the same bits`` () =
        let g, y = deep ()
        use model = new Model(g, [ y, 1.0 ])
        model.Run()

        let all =
            [ for id in 0 .. g.Nodes.Count - 1 do
                  match g.Nodes[id].Op with
                  | Forward _ -> { Node = id; Output = 0 }
                  | _ -> () ]

        let plan = Plan.Evaluating(model.Device, g, model.Parameters, model.Seed, all)
        let shape = { Rows = 16; Cols = 32 }
        model.Device.Upload(ReadOnlySpan<float32>(model.Leaf (Input "data") shape), plan.Input "data")
        plan.Run model.Step
        Assert.That(model.Device.ToArray(plan.TensorOf y), Is.EqualTo(box (model.ValueOf y)))

    [<Test>]
    let ``a value that nothing needs is not computed`` () =
        let g, y = deep ()
        let unused = g.Activate(Activation.Gelu, y)
        use model = new Model(g, [ y, 1.0 ])

        let runs (op: Op<Tensor>) =
            match op with
            | Forward(Activate(Activation.Gelu, _)) -> true
            | _ -> false

        Assert.That(g.ShapeOf unused, Is.EqualTo(g.ShapeOf y))
        Assert.That(model.Plan.Launches |> Seq.exists (fun l -> runs l.Op), Is.False)

    [<Test>]
    let ``a run allocates nothing`` () =
        let g, y = deep ()
        use model = new Model(g, [ y, 1.0 ])

        for _ in 1..3 do
            model.Run()

        let before = GC.GetAllocatedBytesForCurrentThread()
        model.Run()
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero)

    [<Test>]
    let ``noise is a function of seed and step`` () =
        let g = Graph()
        let zero = g.Scalar("zero", 3)
        let struct (z, _) = g.ReparameterizeKl(zero, zero)
        use device = new Host.HostDevice(1, Host.HostLanes.Auto)

        let draw seed step =
            let plan =
                Plan.Evaluating(
                    device,
                    g,
                    Parameters(
                        device,
                        [| { Name = "unused"
                             Shape = { Rows = 1; Cols = 1 } } |]
                    ),
                    seed,
                    [ z ]
                )

            plan.Set("zero", 0f)
            plan.Run step
            device.ToArray(plan.TensorOf z)

        Assert.That(draw 1UL 1u, Is.EqualTo(box (draw 1UL 1u)))
        Assert.That(draw 1UL 2u, Is.Not.EqualTo(box (draw 1UL 1u)))
        Assert.That(draw 2UL 1u, Is.Not.EqualTo(box (draw 1UL 1u)))

    [<Test>]
    let ``shapes that do not fit are named`` () =
        let g = Graph()
        let x, w, b = g.Input("data", 2, 3), g.Parameter("w", 4, 5), g.Parameter("b", 5, 1)

        let build () =
            g.Affine(x, w, b, Activation.Relu) |> ignore

        Assert.That(Action build, Throws.ArgumentException.With.Message.Contains "[2, 3], [4, 5], [5, 1]")

    [<Test>]
    let ``an unknown input is named`` () =
        let g, y = deep ()
        use model = new Model(g, [ y, 1.0 ])
        let ask () = model.Plan.Input "nothing" |> ignore
        Assert.That(Action ask, Throws.ArgumentException.With.Message.Contains "nothing")
