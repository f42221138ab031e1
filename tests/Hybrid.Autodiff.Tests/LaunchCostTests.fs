namespace Hybrid.Autodiff.Tests

open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Formulas
open Hybrid.Kernels

/// What a plan's launches cost, counted from the definitions of their operations.
module LaunchCostTests =
    let private costs act =
        let g = Graph()
        let hidden = GradientTests.layer g "first" (g.Input("data", 5, 7)) 6 act
        let y = GradientTests.layer g "second" hidden 3 Activation.Identity
        use model = new Model(g, [ g.SquaredErrorRows(y, g.Input("target", 5, 3)), 1.0 ])
        [ for launch in model.Plan.Launches -> Op.name launch.Op, LaunchCost.Of launch ]

    let private find name list =
        list |> List.filter (fun (other, _) -> other = name) |> List.map snd

    [<Test>]
    let ``a layer, its input's adjoint and its weights' have the flops of their products and ends`` () =
        let list = costs Activation.Relu
        // Weights 7·6 and 6·3; a bias and a ReLU for each of 5·6 outputs, a bias for each of 5·3.
        let forward = find "Affine" list
        Assert.That(forward[0].Flops, Is.EqualTo(2 * 5 * 7 * 6 + 5 * 6 + 5 * 6))
        Assert.That(forward[1].Flops, Is.EqualTo(2 * 5 * 6 * 3 + 5 * 3))
        // dw, and 5 rows added for each bias.
        let weights = find "AffineGradWeight" list
        let products = [ 2L * 5L * 6L * 3L + 15L; 2L * 5L * 7L * 6L + 30L ]
        Assert.That(weights |> List.map _.Flops, Is.EqualTo(box products))
        // dx, times a slope of one comparison.
        Assert.That((find "AffineGradInput" list).Head.Flops, Is.EqualTo(2 * 5 * 6 * 3 + 2 * 5 * 6))

    [<Test>]
    let ``bytes are those of the tensors that a launch reads and writes`` () =
        let gradient = costs Activation.Relu |> find "AffineGradWeight" |> List.head
        Assert.That(gradient.BytesRead, Is.EqualTo(4 * (5 * 6 + 5 * 3)))
        Assert.That(gradient.BytesWritten, Is.EqualTo(4 * (6 * 3 + 3)))

    [<Test>]
    let ``a kept pre-activation is written`` () =
        let silu, relu = costs Activation.Silu, costs Activation.Relu

        let first list =
            let cost: Cost = (find "Affine" list).Head
            cost.BytesWritten

        Assert.That(first silu - first relu, Is.EqualTo(4 * 5 * 6))

    [<Test>]
    let ``a view costs nothing, and a plan launches none`` () =
        let g = Graph()

        let heads =
            g.Split(GradientTests.layer g "heads" (g.Input("data", 5, 4)) 6 Activation.Tanh, 3, 3)

        use model = new Model(g, [ g.KlRows(heads[0], heads[1]), 0.3 ])

        for launch in model.Plan.Launches do
            Assert.That(Op.isView launch.Op, Is.False)
            Assert.That(LaunchCost.Of launch <> Cost(), Op.name launch.Op)
