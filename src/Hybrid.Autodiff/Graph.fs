namespace Hybrid.Autodiff

open System
open System.Collections.Generic
open Hybrid.Formulas

/// One output of one node.
[<Struct>]
type Value = { Node: int; Output: int }

type Node = { Op: Op<Value>; Shapes: Shape list }

/// A growing list of operations; a node only reads nodes before it, so the list is already sorted.
type Graph() =
    let nodes = List<Node>()
    let leaves = Dictionary<Leaf, Value>()
    let mutable streams = 0u

    member _.Nodes: IReadOnlyList<Node> = nodes

    member _.ShapeOf(v: Value) = nodes[v.Node].Shapes[v.Output]

    member internal _.Push(op, shapes) =
        nodes.Add { Op = op; Shapes = shapes }
        { Node = nodes.Count - 1; Output = 0 }

    member private _.NextStream() =
        streams <- streams + 1u
        streams

    member private g.Leaf(leaf, rows, cols) =
        match leaves.TryGetValue leaf with
        | true, v when g.ShapeOf v = { Rows = rows; Cols = cols } -> v
        | true, v -> invalidArg "leaf" $"%A{leaf} is {g.ShapeOf v}, not [{rows}, {cols}]."
        | _ ->
            let v = g.Push(Leaf leaf, [ { Rows = rows; Cols = cols } ])
            leaves[leaf] <- v
            v

    member internal g.Require(condition, op: string, [<ParamArray>] values: Value[]) =
        if not condition then
            let shapes =
                values |> Array.map (fun v -> string (g.ShapeOf v)) |> String.concat ", "

            invalidArg op $"{op}: the shapes do not fit: {shapes}."

    /// A tensor that the caller fills before each step.
    member g.Input(name, rows, cols) = g.Leaf(Input name, rows, cols)

    /// A trained tensor.
    member g.Parameter(name, rows, cols) = g.Leaf(Parameter name, rows, cols)

    /// A named number, spread over a column of rows; 0 until a plan is told another.
    member g.Scalar(name, rows) = g.Leaf(Scalar name, rows, 1)

    /// act(x·w + bias).
    member g.Affine(x: Value, w: Value, bias: Value, act) : Value =
        let (xs, ws, bs) = g.ShapeOf x, g.ShapeOf w, g.ShapeOf bias
        g.Require(xs.Cols = ws.Rows && bs.Rows = ws.Cols && bs.Cols = 1, "Affine", x, w, bias)
        let shape = { Rows = xs.Rows; Cols = ws.Cols }
        let shapes = if Op.readsInput act then [ shape; shape ] else [ shape ]
        g.Push(Forward(Affine(x, w, bias, act)), shapes)

    /// act(x ∗ w + bias) over images with a pixel per row: "same" size, stride 1, an odd kernel.
    /// Activations whose derivative needs their input get a node of their own.
    member g.Conv2d(x: Value, w: Value, bias: Value, size: Conv2dShape, act) : Value =
        if not size.IsValid then
            invalidArg (nameof size) $"Conv2d: {size}: sizes are positive and the kernel is odd: 1, 3, 5, …"

        g.Require(
            (g.ShapeOf x = { Rows = size.Pixels; Cols = size.Ci }
             && g.ShapeOf w =
                 { Rows = size.WeightRows
                   Cols = size.Co }
             && g.ShapeOf bias = { Rows = size.Co; Cols = 1 }),
            $"Conv2d {size}",
            x,
            w,
            bias
        )

        let shape = [ { Rows = size.Pixels; Cols = size.Co } ]

        let conv act =
            g.Push(Forward(Conv2d(x, w, bias, size, act)), shape)

        g.Activated(act, conv)

    member g.Activate(act, x: Value) : Value =
        if act = Activation.Identity then
            x
        else
            g.Push(Forward(Activate(act, x)), [ g.ShapeOf x ])

    /// An operation that ends in act, if act's derivative can be read off its output; else act behind it.
    member internal g.Activated(act, ending: Activation -> Value) : Value =
        if Op.readsInput act then
            g.Activate(act, ending Activation.Identity)
        else
            ending act

    /// Neighbouring column ranges that cover x.
    member g.Split(x: Value, [<ParamArray>] cols: int[]) : Value[] =
        let shape = g.ShapeOf x
        g.Require(Array.sum cols = shape.Cols && Array.forall (fun c -> c > 0) cols, "Split", x)

        let v =
            g.Push(Forward(Split(x, List.ofArray cols)), [ for c in cols -> { shape with Cols = c } ])

        cols |> Array.mapi (fun i _ -> { v with Output = i })

    /// v[D, 1] as each of the rows of [rows, D].
    member g.BroadcastRows(v: Value, rows) : Value =
        let shape = g.ShapeOf v
        g.Require((shape.Cols = 1 && rows > 0), "BroadcastRows", v)
        g.Push(Forward(BroadcastRows(v, rows)), [ { Rows = rows; Cols = shape.Rows } ])

    /// A draw z from N(mu, e^logVar), and the KL from N(0, 1) of each row in nats.
    member g.ReparameterizeKl(mu: Value, logVar: Value) : struct (Value * Value) =
        let shape = g.ShapeOf mu
        g.Require((shape = g.ShapeOf logVar), "ReparameterizeKl", mu, logVar)
        let kl = { shape with Cols = 1 }
        let v = g.Push(Forward(ReparameterizeKl(mu, logVar, g.NextStream())), [ shape; kl ])

        struct (v, { v with Output = 1 })

    /// The KL of N(mu, e^logVar) from N(0, 1) of each row, nats.
    member g.KlRows(mu: Value, logVar: Value) : Value =
        let shape = g.ShapeOf mu
        g.Require((shape = g.ShapeOf logVar), "KlRows", mu, logVar)
        g.Push(Forward(KlRows(mu, logVar)), [ { shape with Cols = 1 } ])

    /// factor·x.
    member g.Scale(x: Value, factor) : Value =
        g.Push(Forward(Scale(x, factor)), [ g.ShapeOf x ])

    /// x − y.
    member g.Minus(x: Value, y: Value) : Value = g.Plus(x, g.Scale(y, -1f))

    /// x + y.
    member g.Plus(x: Value, y: Value) : Value =
        g.Require((g.ShapeOf x = g.ShapeOf y), "Plus", x, y)
        g.Push(Forward(Plus(x, y)), [ g.ShapeOf x ])

    /// The numbers of x, row-major, as [rows, cols].
    member g.Reshape(x: Value, rows, cols) : Value =
        let shape, wanted = g.ShapeOf x, { Rows = rows; Cols = cols }
        g.Require((int64 shape.Rows * int64 shape.Cols = int64 rows * int64 cols && rows > 0), "Reshape", x)
        g.Push(Forward(Reshape(x, wanted)), [ wanted ])

    /// Σ_d (prediction − target)² of each row.
    member g.SquaredErrorRows(prediction: Value, target: Value) : Value =
        let shape = g.ShapeOf prediction
        g.Require((shape = g.ShapeOf target), "SquaredErrorRows", prediction, target)
        g.Push(Forward(SquaredErrorRows(prediction, target)), [ { shape with Cols = 1 } ])

    /// A number in [0, 1) for each of the rows, another one at every step.
    member g.UniformRows(rows) : Value =
        let shape = { Rows = rows; Cols = 1 }
        g.Push(Forward(Uniforms(shape, g.NextStream())), [ shape ])

    /// The cosine schedule's log signal-to-noise ratio at times t in [0, 1].
    member g.CosineLogSnr(t: Value) : Value =
        g.Push(Forward(Forward.CosineLogSnr t), [ g.ShapeOf t ])

    member private g.RequireRowNumbers(op, x: Value, numbers: Value) =
        g.Require((g.ShapeOf numbers = { g.ShapeOf x with Cols = 1 }), op, x, numbers)

    /// x[B, D] with the given noise eps[B, D] at logSnr[B, 1].
    member g.Diffuse(x: Value, logSnr: Value, eps: Value) : Value =
        g.RequireRowNumbers("Diffuse", x, logSnr)
        g.Require((g.ShapeOf x = g.ShapeOf eps), "Diffuse", x, eps)
        g.Push(Forward(Forward.Diffuse(x, logSnr, eps)), [ g.ShapeOf x ])

    /// x[B, D] with noise of its own at logSnr[B, 1], and that noise.
    member g.DiffuseNoise(x: Value, logSnr: Value) : struct (Value * Value) =
        g.RequireRowNumbers("DiffuseNoise", x, logSnr)
        let shape = g.ShapeOf x
        let z = g.Push(Forward(DiffuseNoise(x, logSnr, g.NextStream())), [ shape; shape ])
        struct (z, { z with Output = 1 })

    /// sin and cos of t[B, 1]·frequencies[F, 1] turns: [B, 2F].
    member g.TimeEmbedding(t: Value, frequencies: Value) : Value =
        let rows, count = g.ShapeOf t, g.ShapeOf frequencies
        g.Require((rows.Cols = 1 && count.Cols = 1), "TimeEmbedding", t, frequencies)

        g.Push(
            Forward(TimeEmbedding(t, frequencies)),
            [ { Rows = rows.Rows
                Cols = 2 * count.Rows } ]
        )

    /// The mean over the rows of a [B, 1] value: a number to report.
    member g.Mean(x: Value) : Value =
        let shape = g.ShapeOf x
        g.Require((shape.Cols = 1), "Mean", x)
        g.Push(Backward(Sum(x, 1f / float32 shape.Rows)), [ { Rows = 1; Cols = 1 } ])
