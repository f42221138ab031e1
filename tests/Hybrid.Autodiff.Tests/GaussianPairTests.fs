namespace Hybrid.Autodiff.Tests

open System
open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Devices.Host
open Hybrid.Formulas
open Hybrid.Autodiff.Tests.GradientTests

/// Pairs of diagonal Gaussians: what the composition gives, and its gradients.
module GaussianPairTests =
    let private pair (g: Graph) rows cols =
        let heads =
            g.Split(
                layer g "both" (g.Input("data", rows, 4)) (4 * cols) Activation.Tanh,
                cols,
                cols,
                cols,
                cols
            )

        heads[0], heads[1], heads[2], heads[3]

    [<TestCase(5, 3)>]
    [<TestCase(3, 70)>]
    let ``KL of one Gaussian from another`` (rows, cols) =
        let g = Graph()
        let mu, logVar, muP, logVarP = pair g rows cols
        check g [ g.KlRows(mu, logVar, muP, logVarP), 0.3 ]

    [<TestCase(5, 3)>]
    [<TestCase(3, 70)>]
    let ``a draw of one Gaussian and its KL from another`` (rows, cols) =
        let g = Graph()
        let mu, logVar, muP, logVarP = pair g rows cols
        let struct (z, kl) = g.ReparameterizeKl(mu, logVar, muP, logVarP)
        check g [ layer g "reader" z 1 Activation.Tanh, 0.5; kl, 0.3 ]

    [<TestCase(5, 3)>]
    [<TestCase(3, 70)>]
    let ``a product of two Gaussians`` (rows, cols) =
        let g = Graph()
        let mu, logVar, muP, logVarP = pair g rows cols
        let struct (mu, logVar) = g.PrecisionWeighted(mu, logVar, muP, logVarP)

        check
            g
            [ layer g "first" mu 1 Activation.Identity, 0.5
              layer g "second" logVar 1 Activation.Identity, 0.3 ]

    [<Test>]
    let ``softplus`` () =
        let g = Graph()
        let x = layer g "first" (g.Input("data", 4, 3)) 5 Activation.Identity
        check g [ layer g "second" (g.Softplus x) 1 Activation.Tanh, 0.5 ]

    /// mu, logVar, muP, logVarP of one dimension, the same and far apart among them.
    let private numbers =
        [| 0.3f, -1.2f, -0.4f, 0.9f
           1.5f, 2f, 1.5f, 2f
           -2f, -6f, 3f, 4f
           0.1f, 5f, 0.2f, -3f |]

    let private values (outputs: Graph -> Value * Value * Value * Value -> Value list) =
        use device = new HostDevice(1, HostLanes.Auto)
        let g = Graph()
        let input name = g.Input(name, numbers.Length, 1)
        let wanted = outputs g (input "a", input "b", input "c", input "d")

        let parameters =
            Parameters(
                device,
                [| { Name = "none"
                     Shape = { Rows = 1; Cols = 1 } } |]
            )

        let plan = Plan.Evaluating(device, g, parameters, 1UL, wanted)

        let upload name (of4: float32 * float32 * float32 * float32 -> float32) =
            if plan.Reads name then
                device.Upload(ReadOnlySpan<float32>(Array.map of4 numbers), plan.Input name)

        upload "a" (fun (v, _, _, _) -> v)
        upload "b" (fun (_, v, _, _) -> v)
        upload "c" (fun (_, _, v, _) -> v)
        upload "d" (fun (_, _, _, v) -> v)
        plan.Run 0u
        [ for v in wanted -> device.ToArray(plan.TensorOf v) ]

    let private each f =
        numbers
        |> Array.map (fun (a, b, c, d) -> f (float a) (float b) (float c) (float d))

    /// A handful of roundings of 2⁻²⁴, of terms that are no larger than the result and 1 together.
    let private near (expected: float[]) (found: float32[]) =
        for e, f in Array.zip expected found do
            Assert.That(float f, Is.EqualTo(e).Within(32.0 * 2.0 ** -24.0 * (1.0 + abs e)))

    [<Test>]
    let ``the composed KL is the formula's, and that of the draw`` () =
        let found =
            values (fun g (a, b, c, d) ->
                let struct (_, kl) = g.ReparameterizeKl(a, b, c, d)
                [ g.KlRows(a, b, c, d); kl ])

        let expected =
            each (fun a b c d -> KlGaussian.Apply<F64>(F64 a, F64 b, F64 c, F64 d).V)

        List.iter (near expected) found
        Assert.That(found[0][1], Is.Zero, "the same Gaussian twice")

    [<Test>]
    let ``precisions add up and means are weighed by them`` () =
        let found =
            values (fun g (a, b, c, d) ->
                let struct (mu, logVar) = g.PrecisionWeighted(a, b, c, d)
                [ mu; logVar ])

        let precision b d = exp -b + exp -d
        near (each (fun a b c d -> (a * exp -b + c * exp -d) / precision b d)) found[0]
        near (each (fun _ b _ d -> -log(precision b d))) found[1]

    [<Test>]
    let ``shapes that do not fit are named`` () =
        let g = Graph()
        let a, b = g.Input("a", 3, 2), g.Input("b", 3, 1)

        let refused (build: unit -> obj | null) =
            Assert.Throws<ArgumentException>(fun () -> build () |> ignore) |> ignore

        refused (fun () -> box (g.KlRows(a, a, a, b)))
        refused (fun () -> box (g.ReparameterizeKl(a, b, a, a)))
        refused (fun () -> box (g.PrecisionWeighted(a, a, b, a)))
