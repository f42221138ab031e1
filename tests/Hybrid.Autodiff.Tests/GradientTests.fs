namespace Hybrid.Autodiff.Tests

open NUnit.Framework
open FsCheck
open FsCheck.FSharp
open Hybrid.Autodiff
open Hybrid.Formulas

/// Every reverse rule, through a plan on the host device, against Dual<F64>.
module GradientTests =
    /// A gradient element is a sum of at most some hundred rounded terms along a path of a dozen operations;
    /// each rounding is 2⁻²⁴ of a partial sum that Magnitude bounds up to cancellation within an adjoint.
    let private tolerance (c: Comparison) =
        512.0 * 2.0 ** -24.0 * (c.Magnitude + 1.0)

    let private assertEqual (comparisons: Comparison list) =
        Assert.That(comparisons, Is.Not.Empty)

        for c in comparisons do
            Assert.That(c.Computed, Is.EqualTo(c.Exact).Within(tolerance c), c.Parameter)
            Assert.That(c.Magnitude, Is.GreaterThan 1e-3, $"{c.Parameter} has a gradient worth the test")

    let check graph terms =
        use model = new Model(graph, terms)
        assertEqual (model.Compare())

    let layer (g: Graph) name (x: Value) cols act =
        let rows = (g.ShapeOf x).Cols
        g.Affine(x, g.Parameter(name + "/w", rows, cols), g.Parameter(name + "/b", cols, 1), act)

    [<Test>]
    let ``affine with every activation`` ([<Values>] act: Activation) =
        let g = Graph()
        let hidden = layer g "first" (g.Input("data", 5, 7)) 6 act
        let y = layer g "second" hidden 1 Activation.Identity
        check g [ y, 0.5 ]

    [<Test>]
    let ``an activation on its own`` ([<Values>] act: Activation) =
        let g = Graph()
        let y = layer g "first" (g.Input("data", 4, 3)) 5 Activation.Identity
        let y = g.Activate(act, y)
        check g [ layer g "second" y 1 Activation.Identity, 1.0 ]

    [<Test>]
    let ``Bernoulli likelihood`` () =
        let g = Graph()
        let logits = layer g "decoder" (g.Input("data", 6, 4)) 33 Activation.Identity
        check g [ g.BernoulliNllRows(logits, g.Input("x", 6, 33)), 0.2 ]

    [<Test>]
    let ``Gaussian likelihood with a learnt variance`` () =
        let g = Graph()
        let mean = layer g "decoder" (g.Input("data", 6, 4)) 33 Activation.Identity
        check g [ g.GaussianNllRows(g.Input("target", 6, 33), mean, g.Parameter("logVar", 1, 1)), 0.2 ]

    [<Test>]
    let ``Gaussian likelihood with a given variance`` () =
        let g = Graph()
        let mean = layer g "decoder" (g.Input("data", 6, 4)) 5 Activation.Identity
        check g [ g.GaussianNllRows(g.Input("target", 6, 5), mean, g.Scalar("likelihood", 1)), 0.2 ]

    [<Test>]
    let ``KL alone, through a split`` () =
        let g = Graph()

        let heads =
            g.Split(layer g "encoder" (g.Input("data", 5, 4)) 70 Activation.Tanh, 35, 35)

        check g [ g.KlRows(heads[0], heads[1]), 0.3 ]

    [<Test>]
    let ``KL of each dimension, above a level`` () =
        let g = Graph()

        let heads =
            g.Split(layer g "encoder" (g.Input("data", 5, 4)) 70 Activation.Tanh, 35, 35)

        // The level is +0.25: all dimensions are above it; a minus sign would free some.
        let above = g.Plus(g.Scalar("level", 35), g.KlColumns(heads[0], heads[1]))
        check g [ g.Activate(Activation.Relu, above), 0.3 ]

    [<Test>]
    let ``KL of the batch, above a level`` () =
        let g = Graph()

        let heads =
            g.Split(layer g "encoder" (g.Input("data", 5, 4)) 6 Activation.Tanh, 3, 3)

        let kl = g.KlRows(heads[0], heads[1])
        let mean = g.MatrixProduct(g.Reshape(g.Scalar("mean", 5), 1, 5), kl)

        check
            g
            [ kl, -0.2
              g.Activate(Activation.Relu, g.Plus(g.Scalar("level", 1), mean)), 0.7 ]

    /// A bound from three draws of each of two rows; without the derivative of the posterior where held.
    let private bound held =
        let g = Graph()
        let x = g.Input("x", 2, 5)
        let heads = g.Split(layer g "heads" x 6 Activation.Tanh, 3, 3)

        let thrice v =
            g.PairSum(v, g.Input("zeros", 3, 3), Activation.Identity)

        let mu, logVar = thrice heads[0], thrice heads[1]
        let struct (z, _) = g.ReparameterizeKl(mu, logVar)

        let nll =
            g.BernoulliNllRows(layer g "decoder" z 5 Activation.Identity, g.Input("x/6", 6, 5))

        let ratio =
            if held then
                g.LogRatioRows(z, g.Detach mu, g.Detach logVar)
            else
                g.LogRatioRows(z, mu, logVar)

        let struct (nll, _) = g.ImportanceNllRows(g.Reshape(g.Plus(nll, ratio), 2, 3))
        check g [ nll, 0.5 ]

    [<Test>]
    let ``a bound from several draws`` () = bound false

    [<Test>]
    let ``a bound whose posterior is held`` () = bound true

    let private vae shared =
        let g = Graph()
        let x = g.Input("x", 5, 9)
        let hidden = layer g "encoder" x 8 Activation.Tanh

        let mu, logVar =
            if shared then
                layer g "mu" hidden 3 Activation.Identity, g.BroadcastRows(g.Parameter("logVar", 3, 1), 5)
            else
                let heads = g.Split(layer g "heads" hidden 6 Activation.Identity, 3, 3)
                heads[0], heads[1]

        let struct (z, kl) = g.ReparameterizeKl(mu, logVar)

        let logits =
            layer g "decoder" (layer g "hidden" z 8 Activation.Relu) 9 Activation.Identity

        g, g.BernoulliNllRows(logits, x), kl

    [<Test>]
    let ``a VAE`` () =
        let g, nll, kl = vae false
        check g [ nll, 0.2; kl, 0.8 ]

    [<Test>]
    let ``a VAE whose posterior variance is shared`` () =
        let g, nll, kl = vae true
        check g [ nll, 0.2; kl, 0.8 ]

    [<Test>]
    let ``a VAE without the KL term: the missing adjoint is zero`` () =
        let g, nll, _ = vae false
        check g [ nll, 0.2 ]

    [<Test>]
    let ``a value that is read twice gets the sum of its adjoints`` () =
        let g = Graph()
        let shared = layer g "first" (g.Input("data", 4, 3)) 5 Activation.Tanh

        let left, right =
            layer g "left" shared 1 Activation.Identity, layer g "right" shared 1 Activation.Silu

        check g [ left, 0.7; right, 0.3; left, 0.4 ]

    [<Test>]
    let ``a parameter that is used twice gets the sum of its gradients`` () =
        let g = Graph()
        let once x = layer g "tied" x 4 Activation.Tanh
        check g [ layer g "out" (once (once (g.Input("data", 6, 4)))) 1 Activation.Identity, 1.0 ]

    [<Test>]
    let ``a value behind two splits`` () =
        let g = Graph()
        let y = layer g "first" (g.Input("data", 4, 3)) 6 Activation.Tanh
        let heads = g.Split(y, 2, 4)
        let again = g.Split(y, 3, 3)
        let kl = g.KlRows(again[0], again[1])

        check
            g
            [ layer g "a" heads[0] 1 Activation.Identity, 0.5
              layer g "b" heads[1] 1 Activation.Identity, 0.5
              kl, 1.0 ]

    [<Test>]
    let ``networks of any shape`` () =
        let gen =
            gen {
                let! sizes = Gen.listOfLength 4 (Gen.choose (1, 40))

                let! act =
                    Gen.elements [ Activation.Tanh; Activation.Silu; Activation.Gelu; Activation.Sigmoid ]

                return sizes, act
            }

        let holds (sizes: int list, act) =
            let g = Graph()
            let hidden = layer g "first" (g.Input("data", sizes[0], sizes[1])) sizes[2] act
            let y = layer g "second" hidden sizes[3] act

            use model =
                new Model(g, [ layer g "third" y 1 Activation.Identity, 1.0 / float sizes[0] ])

            model.Compare()
            |> List.forall (fun c -> abs (c.Computed - c.Exact) <= tolerance c)

        Check.One(Config.QuickThrowOnFailure.WithMaxTest 25, Prop.forAll (Arb.fromGen gen) holds)

    /// The comparison itself must be able to fail: a factor of 1 + 10⁻³ on a gradient is found.
    [<Test>]
    let ``a wrong gradient is noticed`` () =
        let g, nll, kl = vae false
        use model = new Model(g, [ nll, 0.2; kl, 0.8 ])
        let comparisons = model.Compare()

        let wrong =
            comparisons
            |> List.filter (fun c -> abs (c.Computed * 1.001 - c.Exact) > tolerance c)

        Assert.That(wrong.Length, Is.GreaterThanOrEqualTo(comparisons.Length / 2))

    [<Test>]
    let ``data with an adjoint is refused`` () =
        let g = Graph()
        let logits = layer g "decoder" (g.Input("data", 2, 2)) 3 Activation.Identity
        let nll = g.BernoulliNllRows(logits, g.Activate(Activation.Sigmoid, logits))

        let differentiate () =
            Reverse.gradients g [ nll, "weight" ] |> ignore

        Assert.That(
            System.Action differentiate,
            Throws.InvalidOperationException.With.Message.Contains "data of a likelihood"
        )

    [<Test>]
    let ``second derivatives are refused`` () =
        let g = Graph()
        let y = layer g "first" (g.Input("data", 2, 2)) 1 Activation.Identity

        let differentiate () =
            Reverse.gradients g [ g.Mean y, "weight" ] |> ignore

        Assert.That(
            System.Action differentiate,
            Throws.InvalidOperationException.With.Message.Contains "Sum is not differentiated"
        )
