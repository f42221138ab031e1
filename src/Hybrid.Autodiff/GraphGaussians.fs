namespace Hybrid.Autodiff

open System.Runtime.CompilerServices

/// Pairs of diagonal Gaussians, composed of operations that a graph has already: in coordinates in which the
/// second one is N(0, 1), a divergence from it is KlRows and a draw is ReparameterizeKl.
[<Extension; AbstractClass; Sealed>]
type GraphGaussians =
    static member private RequireEqual(g: Graph, op, first: Value, others: Value[]) =
        let fits = others |> Array.forall (fun v -> g.ShapeOf v = g.ShapeOf first)
        g.Require(fits, op, Array.append [| first |] others)

    /// A column of zeros: a scalar that nobody sets.
    static member private Zeros(g: Graph, rows) : Value = g.Scalar($"zeros/{rows}", rows)

    /// log (1 + e^x), number by number: what a Bernoulli variable of logit x costs when it is 0.
    [<Extension>]
    static member Softplus(g: Graph, x: Value) : Value =
        let shape = g.ShapeOf x
        let count = shape.Rows * shape.Cols

        let column =
            g.BernoulliNllRows(g.Reshape(x, count, 1), GraphGaussians.Zeros(g, count))

        g.Reshape(column, shape.Rows, shape.Cols)

    /// (mu − muP) / e^(logVarP/2) and logVar − logVarP: N(mu, e^logVar) where N(muP, e^logVarP) is N(0, 1).
    static member private Relative(g: Graph, mu, logVar, muP, logVarP) : struct (Value * Value) =
        let shape = g.ShapeOf mu
        let zeros = g.BroadcastRows(GraphGaussians.Zeros(g, shape.Cols), shape.Rows)

        let struct (shift, _) =
            g.AffineCoupling(g.Minus(mu, muP), g.Scale(logVarP, -0.5f), zeros)

        struct (shift, g.Minus(logVar, logVarP))

    /// The KL of N(mu, e^logVar) from N(muP, e^logVarP) of each row, nats; all four [B, D].
    [<Extension>]
    static member KlRows(g: Graph, mu: Value, logVar: Value, muP: Value, logVarP: Value) : Value =
        GraphGaussians.RequireEqual(g, "KlRows", mu, [| logVar; muP; logVarP |])
        let struct (shift, ratio) = GraphGaussians.Relative(g, mu, logVar, muP, logVarP)
        g.KlRows(shift, ratio)

    //#region draw-against
    /// A draw z from N(mu, e^logVar), and the KL from N(muP, e^logVarP) of each row in nats; all four [B, D].
    [<Extension>]
    static member ReparameterizeKl
        (g: Graph, mu: Value, logVar: Value, muP: Value, logVarP: Value)
        : struct (Value * Value) =
        GraphGaussians.RequireEqual(g, "ReparameterizeKl", mu, [| logVar; muP; logVarP |])
        let struct (shift, ratio) = GraphGaussians.Relative(g, mu, logVar, muP, logVarP)
        let struct (u, kl) = g.ReparameterizeKl(shift, ratio)
        let struct (z, _) = g.AffineCoupling(u, g.Scale(logVarP, 0.5f), muP)
        struct (z, kl)
    //#endregion

    //#region precision-weighted
    /// The Gaussian whose density is proportional to N(z; mu, e^logVar)·N(z; muP, e^logVarP), by mean and
    /// log-variance; all [B, D]. Precisions add up, and each mean counts by its share of them: the posterior of a
    /// ladder VAE (Sønderby et al. 2016, arXiv:1602.02282).
    [<Extension>]
    static member PrecisionWeighted
        (g: Graph, mu: Value, logVar: Value, muP: Value, logVarP: Value)
        : struct (Value * Value) =
        GraphGaussians.RequireEqual(g, "PrecisionWeighted", mu, [| logVar; muP; logVarP |])
        // log e^−ℓ/(e^−ℓ + e^−ℓ_P) = −softplus(ℓ − ℓ_P): finite, however far apart the two are.
        let logShare = g.Scale(g.Softplus(g.Minus(logVar, logVarP)), -1f)
        let struct (mean, _) = g.AffineCoupling(g.Minus(mu, muP), logShare, muP)
        struct (mean, g.Plus(logVar, logShare))
    //#endregion
