namespace Hybrid.Autodiff.Tests

open NUnit.Framework
open Hybrid.Autodiff
open Hybrid.Formulas
open Hybrid.Autodiff.Tests.GradientTests

/// Distributions of pixels in graphs: their reverse rules, and what a plan makes of them.
module PixelTests =
    let private likelihoods =
        [| PixelLikelihood(PixelDistribution.ContinuousBernoulli)
           PixelLikelihood(PixelDistribution.DiscretizedLogistic)
           PixelLikelihood(PixelDistribution.Categorical, 5)
           PixelLikelihood(PixelDistribution.LogisticMixture, 2) |]

    /// A layer that makes the numbers of 11 pixels; "x" holds zeros and ones, which are grey values of all.
    let private numbers (g: Graph) (likelihood: PixelLikelihood) =
        layer g "decoder" (g.Input("data", 6, 4)) (11 * likelihood.Outputs) Activation.Tanh

    let private decoder (g: Graph) likelihood =
        numbers g likelihood, g.Input("x", 6, 11)

    [<TestCaseSource(nameof likelihoods)>]
    let ``adjoints with a constant weight, in one pass with the rows`` (likelihood: PixelLikelihood) =
        let g = Graph()
        let output, x = decoder g likelihood
        let nll = g.PixelNllRows(likelihood, output, x)
        use model = new Model(g, [ nll, 0.2 ])
        let names = [ for launch in model.Plan.Launches -> Op.name launch.Op ]
        Assert.That(names, Does.Contain "PixelNllRowsWithGrad")
        Assert.That(names, Does.Not.Contain "PixelNllRows")
        Assert.That(names, Does.Not.Contain "PixelNllRowsGrad")
        check g [ nll, 0.2 ]

    [<TestCaseSource(nameof likelihoods)>]
    let ``adjoints on their own, where the rows go on`` (likelihood: PixelLikelihood) =
        let g = Graph()
        let output, x = decoder g likelihood
        let nll = g.PixelNllRows(likelihood, output, x)
        check g [ layer g "tail" nll 1 Activation.Identity, 0.05 ]

    [<TestCaseSource(nameof likelihoods)>]
    let ``grey values between, and none at an edge`` (likelihood: PixelLikelihood) =
        let g = Graph()
        // σ of [−1, 1): inside every bin but those of 0 and 1; the nearest value for a category.
        let x = g.Activate(Activation.Sigmoid, g.Input("grey", 6, 11))
        check g [ g.PixelNllRows(likelihood, numbers g likelihood, x), 0.2 ]

    [<TestCaseSource(nameof likelihoods)>]
    let ``means agree with the reference`` (likelihood: PixelLikelihood) =
        let g = Graph()
        let output, x = decoder g likelihood
        let mean = g.PixelMeans(likelihood, output)
        // A target for a plan to have, of which the mean is a part that trains nothing.
        use model = new Model(g, [ g.PixelNllRows(likelihood, output, x), 1.0 ])

        let constant l shape =
            model.Leaf l shape |> Array.map (fun v -> Dual<F64>.Const(float v))

        let exact =
            (Reference.evaluate g constant model.Seed model.Step)[mean] |> Array.map _.V.V

        let plan = Plan.Evaluating(model.Device, g, model.Parameters, model.Seed, [ mean ])

        plan.Input("data")
        |> fun data ->
            model.Device.Upload(System.ReadOnlySpan(model.Leaf (Input "data") { Rows = 6; Cols = 4 }), data)

        plan.Run model.Step
        let device = model.Device.ToArray(plan.TensorOf mean) |> Array.map float
        Assert.That(device, Is.EqualTo(box exact).Within 1e-5)

    [<Test>]
    let ``a mean is not trained through`` () =
        let g = Graph()
        let output, _ = decoder g likelihoods[1]

        let mean =
            layer g "tail" (g.PixelMeans(likelihoods[1], output)) 1 Activation.Identity

        let differentiate () =
            Reverse.gradients g [ mean, "weight" ] |> ignore

        Assert.That(
            System.Action differentiate,
            Throws.InvalidOperationException.With.Message.Contains "PixelMeans has no derivative"
        )

    [<Test>]
    let ``an output of another width is refused`` () =
        let g = Graph()
        let output, x = g.Input("output", 6, 22), g.Input("x", 6, 11)

        for likelihood in [ likelihoods[0]; likelihoods[3] ] do
            Assert.That(
                System.Action(fun () -> g.PixelNllRows(likelihood, output, x) |> ignore),
                Throws.ArgumentException.With.Message.Contains "PixelNllRows"
            )

        Assert.That(
            System.Action(fun () -> g.PixelMeans(likelihoods[2], output) |> ignore),
            Throws.ArgumentException.With.Message.Contains "PixelMeans"
        )
