namespace Hybrid.Autodiff.Tests

open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Formulas
open Hybrid.Autodiff.Tests.GradientTests

/// Adaptive layer norm, gates and transposed blocks through a plan, against Dual<F64>.
module ModulationTests =
    /// Two conditions of three rows each, seven columns wide.
    let private rows (g: Graph) name =
        layer g name (g.Input(name + "/data", 6, 3)) 7 Activation.Tanh

    let private vectors (g: Graph) name =
        layer g name (g.Input(name + "/condition", 2, 4)) 7 Activation.Tanh

    [<Test>]
    let ``a modulated layer norm`` () =
        let g = Graph()
        let y = g.ModulatedLayerNorm(rows g "x", vectors g "shift", vectors g "scale")
        check g [ layer g "tail" y 1 Activation.Tanh, 0.5 ]

    [<Test>]
    let ``vectors that are columns of one layer, as a block's are`` () =
        let g = Graph()
        let condition = layer g "condition" (g.Input("data", 2, 4)) 21 Activation.Identity
        let parts = g.Split(condition, 7, 7, 7)
        let x = rows g "x"
        let h = layer g "h" (g.ModulatedLayerNorm(x, parts[0], parts[1])) 7 Activation.Tanh
        check g [ layer g "tail" (g.AddGated(x, h, parts[2])) 1 Activation.Tanh, 0.5 ]

    [<Test>]
    let ``a row of given data learns nothing, its vectors do`` () =
        let g = Graph()
        let y = g.ModulatedLayerNorm(g.Input("data", 6, 7), vectors g "shift", vectors g "scale")
        check g [ layer g "tail" y 1 Activation.Tanh, 0.5 ]

    [<Test>]
    let ``transposed blocks of columns of a layer, and the way back`` () =
        let g = Graph()
        // Two pictures of three tokens and two heads of two columns; back through the same operation.
        let parts = g.Split(layer g "x" (g.Input("data", 6, 3)) 8 Activation.Tanh, 4, 4)
        let heads = g.Reshape(g.TransposeBlocks(parts[1], 3, 2), 12, 2)
        let mixed = layer g "mixed" heads 2 Activation.Tanh
        let back = g.TransposeBlocks(g.Reshape(mixed, 4, 6), 2, 2)
        check g [ layer g "tail" (g.Plus(back, parts[0])) 1 Activation.Tanh, 0.5 ]

    [<Test>]
    let ``shapes that do not fit are refused`` () =
        let g = Graph()
        let x, wide, odd = g.Input("data", 6, 7), g.Input("wide", 2, 8), g.Input("odd", 4, 7)

        let refuses (build: unit -> Value) =
            Assert.That(System.Action(fun () -> build () |> ignore), Throws.ArgumentException)

        refuses (fun () -> g.ModulatedLayerNorm(x, wide, wide))
        refuses (fun () -> g.ModulatedLayerNorm(x, odd, odd))
        refuses (fun () -> g.AddGated(x, odd, odd))
        refuses (fun () -> g.AddGated(x, x, wide))
        refuses (fun () -> g.TransposeBlocks(x, 4, 7))
        refuses (fun () -> g.TransposeBlocks(x, 3, 2))
