namespace Hybrid.Autodiff

open System.Runtime.CompilerServices
open Hybrid.Formulas

/// What a decoder's output says of x, as operations of a graph.
[<Extension; AbstractClass; Sealed>]
type GraphLikelihoods =
    /// −log p(x) of each row under Bernoulli variables, nats.
    [<Extension>]
    static member BernoulliNllRows(g: Graph, logits: Value, x: Value) : Value =
        let shape = g.ShapeOf logits
        g.Require((shape = g.ShapeOf x), "BernoulliNllRows", logits, x)
        g.Push(Forward(BernoulliNllRows(logits, x)), [ { shape with Cols = 1 } ])

    /// −log N(x; mean, e^logVar) of each row, nats; logVar is one number.
    [<Extension>]
    static member GaussianNllRows(g: Graph, x: Value, mean: Value, logVar: Value) : Value =
        let shape = g.ShapeOf x

        g.Require(
            (shape = g.ShapeOf mean && g.ShapeOf logVar = { Rows = 1; Cols = 1 }),
            "GaussianNllRows",
            x,
            mean,
            logVar
        )

        g.Push(Forward(GaussianNllRows(x, mean, logVar)), [ { shape with Cols = 1 } ])

    /// −log p(x) of each row, nats: output[B, P·D] holds number j of pixel d at column j·D + d, x is [B, D].
    [<Extension>]
    static member PixelNllRows(g: Graph, likelihood: PixelLikelihood, output: Value, x: Value) : Value =
        let shape = g.ShapeOf x

        g.Require(
            (g.ShapeOf output =
                { shape with
                    Cols = likelihood.Outputs * shape.Cols }),
            $"PixelNllRows ({likelihood})",
            output,
            x
        )

        g.Push(Forward(PixelNllRows(likelihood, output, x)), [ { shape with Cols = 1 } ])

    /// The mean of each pixel, [B, D], of the distributions that output[B, P·D] says; it has no derivative.
    [<Extension>]
    static member PixelMeans(g: Graph, likelihood: PixelLikelihood, output: Value) : Value =
        let shape = g.ShapeOf output
        g.Require((shape.Cols % likelihood.Outputs = 0), $"PixelMeans ({likelihood})", output)

        g.Push(
            Forward(PixelMeans(likelihood, output)),
            [ { shape with
                  Cols = shape.Cols / likelihood.Outputs } ]
        )
