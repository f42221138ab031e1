namespace Hybrid.Autodiff

open System.Runtime.CompilerServices

/// What objectives other than the ELBO add to a graph.
[<Extension>]
type GraphBounds =
    /// The KL of N(mu, e^logVar) from N(0, 1) of each column, summed over the rows: [D, 1], nats.
    [<Extension>]
    static member KlColumns(g: Graph, mu: Value, logVar: Value) : Value =
        let shape = g.ShapeOf mu
        g.Require((shape = g.ShapeOf logVar), "KlColumns", mu, logVar)
        g.Push(Forward(KlColumns(mu, logVar)), [ { Rows = shape.Cols; Cols = 1 } ])

    /// log N(z; mu, e^logVar) − log N(z; 0, 1) of each row, nats.
    [<Extension>]
    static member LogRatioRows(g: Graph, z: Value, mu: Value, logVar: Value) : Value =
        let shape = g.ShapeOf z
        g.Require((shape = g.ShapeOf mu && shape = g.ShapeOf logVar), "LogRatioRows", z, mu, logVar)
        g.Push(Forward(LogRatioRows(z, mu, logVar)), [ { shape with Cols = 1 } ])

    /// −log of the mean of each row's weights e^−surprise, nats, and the share that each weight has, which passes
    /// no derivative on: surprise[B, K] → [B, 1] and [B, K].
    [<Extension>]
    static member ImportanceNllRows(g: Graph, surprise: Value) : struct (Value * Value) =
        let shape = g.ShapeOf surprise

        let nll =
            g.Push(Forward(ImportanceNllRows surprise), [ { shape with Cols = 1 }; shape ])

        struct (nll, { nll with Output = 1 })

    /// The value of x, which passes no derivative on.
    [<Extension>]
    static member Detach(g: Graph, x: Value) : Value =
        g.Push(Forward(Detach x), [ g.ShapeOf x ])

    /// Every column of x[B, D] in the order of its keys[B, D]: with keys drawn at random, a draw of the product of
    /// the columns' own distributions. It has no adjoint.
    [<Extension>]
    static member PermuteColumns(g: Graph, x: Value, keys: Value) : Value =
        let shape = g.ShapeOf x
        g.Require((shape = g.ShapeOf keys), "PermuteColumns", x, keys)
        g.Push(Forward(PermuteColumns(x, keys)), [ shape ])
