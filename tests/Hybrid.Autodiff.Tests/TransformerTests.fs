namespace Hybrid.Autodiff.Tests

open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Devices.Host
open Hybrid.Models
open Hybrid.Autodiff.Tests.GradientTests

/// A whole transformer of pictures, small: every parameter's gradient against Dual<F64>.
module TransformerTests =
    /// Two pictures of 4×6 pixels in patches of two: six tokens, two heads of three columns.
    let private shape octaves classes =
        TransformerShape(
            4,
            6,
            Patch = 2,
            Width = 6,
            Blocks = 2,
            Heads = 2,
            Features = 4,
            Octaves = octaves,
            Classes = classes
        )

    let private answer octaves classes (g: Graph) =
        use device = new HostDevice(1)
        let network = DiffusionTransformer(device, shape octaves classes, 1UL)
        network.Predict(g, g.Input("z", 2, 24), g.Input("t", 2, 1))

    [<TestCase(0, 0)>]
    [<TestCase(2, 3)>]
    let ``a diffusion transformer`` (octaves: int, classes: int) =
        let g = Graph()
        let y = answer octaves classes g
        check g [ g.SquaredErrorRows(y, g.Input("target", 2, 24)), 0.5 ]

    [<Test>]
    let ``its answer is the reference's`` () =
        let g = Graph()
        let y = answer 2 3 g
        let loss = g.SquaredErrorRows(y, g.Input("target", 2, 24))
        use model = new Model(g, [ loss, 1.0 ])
        model.Run()

        let dual l s =
            model.Leaf l s |> Array.map (fun v -> Hybrid.Formulas.Dual<Hybrid.Formulas.F64>.Const(float v))

        let exact = (Reference.evaluate g dual model.Seed model.Step)[loss]

        // A few thousand float32 operations of numbers near 1.
        for computed, exact in Array.zip (model.ValueOf loss) exact do
            Assert.That(float computed, Is.EqualTo(exact.V.V).Within(1e-3).Percent)
