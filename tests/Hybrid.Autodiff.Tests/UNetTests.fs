namespace Hybrid.Autodiff.Tests

open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Models

/// A whole U-Net through a plan on the host device, against Dual<F64>.
module UNetTests =
    let private shape octaves blocks =
        UNetShape(4, 4, 4, [| 1; 2 |], Blocks = blocks, Groups = 2, Features = 4, Octaves = octaves)

    /// Two pictures of 4 × 4 pixels, then 2 × 2, and the loss of what the network answers.
    let private graph (shape: UNetShape) =
        let g = Graph()
        let network = UNet shape
        let pixels = g.Input("data", 32, 1)
        let steer = network.Condition(g, g.Input("features", 2, shape.Features))

        let y =
            if shape.Octaves = 0 then
                network.Apply(g, pixels, steer)
            else
                network.Apply(g, pixels, steer, g.Input("waves", 32, 2 * shape.Octaves))

        g, g.SquaredErrorRows(y, g.Input("target", 32, 1))

    [<TestCase(0, 1)>]
    [<TestCase(1, 2)>]
    let ``every parameter of a U-Net`` (octaves, blocks) =
        let g, loss = graph (shape octaves blocks)
        GradientTests.check g [ loss, 0.125 ]

    [<Test>]
    let ``the parameters that it names are those that it uses`` () =
        let shape = shape 1 2
        let g, _ = graph shape

        let used =
            [ for node in g.Nodes do
                  match node.Op with
                  | Leaf(Parameter name) -> { Name = name; Shape = node.Shapes[0] }
                  | _ -> () ]

        let named = [ for struct (spec, _) in UNet(shape).Parameters() -> spec ]
        Assert.That(named, Is.EquivalentTo used)

    [<Test>]
    let ``skips are written beside what they are joined to, and one adjoint is copied`` () =
        let g, loss = graph (shape 0 1)
        use model = new Model(g, [ loss, 0.125 ])
        let names = [ for launch in model.Plan.Launches -> Op.name launch.Op ]
        // That of the smallest skip: it came as columns, and what is added to it is read elsewhere as well.
        Assert.That(names |> List.filter ((=) "Scale"), Has.Length.EqualTo 1)
