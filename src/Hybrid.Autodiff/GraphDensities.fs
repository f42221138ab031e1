namespace Hybrid.Autodiff

open System
open System.Runtime.CompilerServices
open System.Runtime.InteropServices
open Hybrid.Formulas

/// Densities of latent variables, and the couplings of a flow, as operations of a graph.
[<Extension; AbstractClass; Sealed>]
type GraphDensities =
    /// log N(x; mu, e^logVar) of each row, nats.
    [<Extension>]
    static member GaussianLogDensityRows(g: Graph, x: Value, mu: Value, logVar: Value) : Value =
        let shape = g.ShapeOf x

        g.Require((shape = g.ShapeOf mu && shape = g.ShapeOf logVar), "GaussianLogDensityRows", x, mu, logVar)

        g.Push(Forward(GaussianLogDensityRows(x, mu, logVar)), [ { shape with Cols = 1 } ])

    /// What the densities of components N(mu_n, e^logVar_n) need of logVar[N, D]: ½e^−logVar, and the logarithm
    /// of each one's constant, [N, 1].
    [<Extension>]
    static member GaussianScales(g: Graph, logVar: Value) : struct (Value * Value) =
        let shape = g.ShapeOf logVar
        let v = g.Push(Forward(GaussianScales logVar), [ shape; { shape with Cols = 1 } ])
        struct (v, { v with Output = 1 })

    static member private Mixture(g: Graph, op, m: Mixture<Value>, scaleCols, resultCols) : Value =
        let points, components = g.ShapeOf m.Z, g.ShapeOf m.Mu

        g.Require(
            (points.Cols = components.Cols
             && components = g.ShapeOf m.HalfPrecision
             && g.ShapeOf m.Scale = { components with Cols = scaleCols }
             && (m.Weights.Population = 0
                 || points = components
                    && components.Rows >= 2
                    && components.Rows <= m.Weights.Population)),
            Op.name (Forward op),
            m.Z,
            m.Mu,
            m.HalfPrecision,
            m.Scale
        )

        g.Push(Forward op, [ { points with Cols = resultCols } ])

    /// log (1/N) Σ_n e^(logScale_n − Σ_d (z − mu_n)²·halfPrecision_n) of each row of z[B, D], nats.
    [<Extension>]
    static member MixtureLogDensity
        (
            g: Graph,
            z: Value,
            mu: Value,
            halfPrecision: Value,
            logScale: Value,
            [<Optional>] weights: MixtureWeights
        ) : Value =
        let mixture =
            { Z = z
              Mu = mu
              HalfPrecision = halfPrecision
              Scale = logScale
              Weights = weights }

        GraphDensities.Mixture(g, MixtureLogDensity mixture, mixture, 1, 1)

    /// log (1/N) Σ_n N(z; mu_n, e^logVar_n) of each row of z[B, D], nats.
    [<Extension>]
    static member MixtureLogDensity(g: Graph, z: Value, mu: Value, logVar: Value) : Value =
        let struct (halfPrecision, logScale) = g.GaussianScales logVar
        g.MixtureLogDensity(z, mu, halfPrecision, logScale)

    /// log (1/N) Σ_n N(z_d; mu_nd, e^logVar_nd) of each number of z[B, D], nats; halfPrecision from GaussianScales.
    [<Extension>]
    static member MixtureLogMarginals
        (
            g: Graph,
            z: Value,
            mu: Value,
            halfPrecision: Value,
            logVar: Value,
            [<Optional>] weights: MixtureWeights
        ) : Value =
        let mixture =
            { Z = z
              Mu = mu
              HalfPrecision = halfPrecision
              Scale = logVar
              Weights = weights }

        let cols = (g.ShapeOf mu).Cols
        GraphDensities.Mixture(g, MixtureLogMarginals mixture, mixture, cols, cols)

    static member private RequireEqual(g: Graph, op, first: Value, [<ParamArray>] others: Value[]) =
        let fits = others |> Array.forall (fun v -> g.ShapeOf v = g.ShapeOf first)
        g.Require(fits, op, Array.append [| first |] others)

    /// x·e^s + t, and Σ_d s of each row: the logarithm of the Jacobian's determinant.
    [<Extension>]
    static member AffineCoupling(g: Graph, x: Value, s: Value, t: Value) : struct (Value * Value) =
        GraphDensities.RequireEqual(g, "AffineCoupling", x, s, t)
        let shape = g.ShapeOf x
        let v = g.Push(Forward(AffineCoupling(x, s, t)), [ shape; { shape with Cols = 1 } ])
        struct (v, { v with Output = 1 })

    /// (y − t)·e^−s: the way back. It has no adjoint.
    [<Extension>]
    static member AffineCouplingInverse(g: Graph, y: Value, s: Value, t: Value) : Value =
        GraphDensities.RequireEqual(g, "AffineCouplingInverse", y, s, t)
        g.Push(Forward(AffineCouplingInverse(y, s, t)), [ g.ShapeOf y ])
