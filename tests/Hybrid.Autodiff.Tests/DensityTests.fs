namespace Hybrid.Autodiff.Tests

open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Formulas
open Hybrid.Autodiff.Tests.GradientTests

/// Densities of latent variables through a plan on the host device, against Dual<F64>.
module DensityTests =
    let private points (g: Graph) rows cols =
        layer g "z" (g.Input("data", rows, 3)) cols Activation.Tanh

    let private components (g: Graph) count cols =
        g.Parameter("mu", count, cols), g.Parameter("logVar", count, cols)

    [<TestCase(5, 1, 1)>]
    [<TestCase(5, 3, 2)>]
    [<TestCase(40, 37, 5)>]
    [<TestCase(3, 70, 66)>]
    let ``a mixture by its points, means and variances`` (rows, count, cols) =
        let g = Graph()
        let mu, logVar = components g count cols
        check g [ g.MixtureLogDensity(points g rows cols, mu, logVar), 0.5 ]

    [<Test>]
    let ``a mixture by its weights`` () =
        let g = Graph()
        let mu, logVar = components g 4 2
        let struct (halfPrecision, logScale) = g.GaussianScales logVar
        let scale = g.Plus(g.Parameter("logits", 4, 1), logScale)
        check g [ g.MixtureLogDensity(points g 6 2, mu, halfPrecision, scale), 0.5 ]

    [<Test>]
    let ``a mixture at given points`` () =
        let g = Graph()
        let mu, logVar = components g 9 4

        use model =
            new Model(g, [ g.MixtureLogDensity(g.Input("data", 7, 4), mu, logVar), 0.5 ])

        let names = [ for launch in model.Plan.Launches -> Op.name launch.Op ]
        Assert.That(names, Does.Contain "MixtureGradComponents")
        Assert.That(names, Does.Not.Contain "MixtureGradRows")

    [<Test>]
    let ``a mixture whose components are made by a layer, as a VampPrior's are`` () =
        let g = Graph()
        let inputs = g.Activate(Activation.Sigmoid, g.Parameter("inputs", 6, 5))
        let heads = g.Split(layer g "encoder" inputs 6 Activation.Identity, 3, 3)
        check g [ g.MixtureLogDensity(points g 4 3, heads[0], heads[1]), 0.5 ]

    /// Posteriors of a batch, a draw of each, and what densities of the batch need.
    let private posteriors (g: Graph) rows cols =
        let heads =
            g.Split(layer g "encoder" (g.Input("data", rows, 4)) (2 * cols) Activation.Tanh, cols, cols)

        let struct (z, _) = g.ReparameterizeKl(heads[0], heads[1])
        let struct (halfPrecision, logScale) = g.GaussianScales heads[1]
        z, heads[0], heads[1], halfPrecision, logScale

    [<TestCase(1, 3, 0)>]
    [<TestCase(5, 3, 0)>]
    [<TestCase(2, 1, 2)>]
    [<TestCase(7, 3, 50)>]
    [<TestCase(40, 5, 1000)>]
    let ``a batch's density and marginals at its own draws`` (rows, cols, population) =
        let g = Graph()

        let weights =
            if population = 0 then
                MixtureWeights()
            else
                MixtureWeights.Stratified population

        let z, mu, logVar, halfPrecision, logScale = posteriors g rows cols
        let joint = g.MixtureLogDensity(z, mu, halfPrecision, logScale, weights)
        let marginals = g.MixtureLogMarginals(z, mu, halfPrecision, logVar, weights)
        let sums = g.MatrixProduct(marginals, g.Parameter("each", cols, 1))
        check g [ joint, 0.5; sums, -0.4 ]

    [<Test>]
    let ``marginals by their points, means and variances`` () =
        let g = Graph()
        let mu, logVar = components g 9 4
        let struct (halfPrecision, _) = g.GaussianScales logVar
        let marginals = g.MixtureLogMarginals(points g 6 4, mu, halfPrecision, logVar)
        check g [ g.MatrixProduct(marginals, g.Input("ones", 4, 1)), 0.5 ]

    [<TestCase(6, 5, 100)>]
    [<TestCase(1, 1, 100)>]
    [<TestCase(6, 6, 5)>]
    let ``a batch that cannot stand for its population is refused`` (rows, count, population) =
        let g = Graph()
        let mu, scale = g.Input("mu", count, 2), g.Input("scale", count, 1)

        let density () =
            g.MixtureLogDensity(g.Input("z", rows, 2), mu, mu, scale, MixtureWeights.Stratified population)
            |> ignore

        Assert.That(System.Action density, Throws.ArgumentException.With.Message.Contains "MixtureLogDensity")

    [<Test>]
    let ``a Gaussian's density at its own draw`` () =
        let g = Graph()

        let heads =
            g.Split(layer g "encoder" (g.Input("data", 5, 4)) 70 Activation.Tanh, 35, 35)

        let struct (z, _) = g.ReparameterizeKl(heads[0], heads[1])
        let logQ = g.GaussianLogDensityRows(z, heads[0], heads[1])
        let tail = layer g "tail" z 1 Activation.Tanh
        check g [ logQ, 0.5; tail, 0.25 ]

    [<Test>]
    let ``a difference of log densities`` () =
        let g = Graph()
        let mu, logVar = components g 5 2
        let z = points g 6 2

        let struct (logQ, logP) =
            struct (g.GaussianLogDensityRows(z, points g 6 2, z), g.MixtureLogDensity(z, mu, logVar))

        check g [ g.Minus(logQ, logP), 0.5 ]

    [<Test>]
    let ``an affine coupling and its log-determinant`` () =
        let g = Graph()
        let x = points g 6 35

        let s =
            g.Activate(Activation.Tanh, layer g "s" (g.Input("other", 6, 4)) 35 Activation.Identity)

        let t = layer g "t" (g.Input("other", 6, 4)) 35 Activation.Identity
        let struct (y, logDet) = g.AffineCoupling(x, s, t)
        check g [ layer g "tail" y 1 Activation.Tanh, 0.5; logDet, 0.3 ]

    [<Test>]
    let ``the inverse of a coupling has no derivative`` () =
        let g = Graph()
        let x = points g 2 3
        let y = g.AffineCouplingInverse(x, x, x)

        let differentiate () =
            Reverse.gradients g [ layer g "tail" y 1 Activation.Identity, "weight" ]
            |> ignore

        Assert.That(
            System.Action differentiate,
            Throws.InvalidOperationException.With.Message.Contains "AffineCouplingInverse"
        )

    [<Test>]
    let ``a launch costs its pairs, and the bytes of its tensors`` () =
        let g = Graph()
        let mu, logVar = components g 7 3
        use model = new Model(g, [ g.MixtureLogDensity(points g 5 3, mu, logVar), 0.5 ])

        let cost name =
            model.Plan.Launches
            |> Seq.find (fun launch -> Op.name launch.Op = name)
            |> LaunchCost.Of

        // 5·7 pairs of 3 dimensions.
        let rows, parts = cost "MixtureGradRows", cost "MixtureGradComponents"
        let read = 4 * (5 * 3 + 2 * 7 * 3 + 7 + 2 * 5)
        Assert.That(rows.Flops, Is.EqualTo(35 * (8 * 3 + 3) + 5 * (3 + 1)))
        Assert.That(rows.Transcendentals, Is.EqualTo 35)
        Assert.That(rows.BytesRead, Is.EqualTo read)
        Assert.That(rows.BytesWritten, Is.EqualTo(4 * 5 * 3))
        Assert.That(parts.Flops, Is.EqualTo(35 * (9 * 3 + 5) + 7 * 3 * 2))
        Assert.That(parts.BytesRead, Is.EqualTo read)
        Assert.That(parts.BytesWritten, Is.EqualTo(4 * (2 * 7 * 3 + 7)))

    [<TestCase(3, 4, 4, 2)>]
    [<TestCase(4, 3, 4, 2)>]
    [<TestCase(4, 4, 3, 2)>]
    let ``shapes that do not fit are refused`` (muCols, zCols, precisionCols, count) =
        let g = Graph()

        let mu, precision =
            g.Input("mu", count, muCols), g.Input("precision", count, precisionCols)

        let density () =
            g.MixtureLogDensity(g.Input("z", 5, zCols), mu, precision, g.Input("scale", count, 1))
            |> ignore

        Assert.That(System.Action density, Throws.ArgumentException.With.Message.Contains "MixtureLogDensity")
