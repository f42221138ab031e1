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

    member private g.Leaf(leaf, rows, cols) =
        match leaves.TryGetValue leaf with
        | true, v when g.ShapeOf v = { Rows = rows; Cols = cols } -> v
        | true, v -> invalidArg "leaf" $"%A{leaf} is {g.ShapeOf v}, not [{rows}, {cols}]."
        | _ ->
            let v = g.Push(Leaf leaf, [ { Rows = rows; Cols = cols } ])
            leaves[leaf] <- v
            v

    member private g.Require(condition, op: string, [<ParamArray>] values: Value[]) =
        if not condition then
            let shapes =
                values |> Array.map (fun v -> string (g.ShapeOf v)) |> String.concat ", "

            invalidArg op $"{op}: the shapes do not fit: {shapes}."

    /// A tensor that the caller fills before each step.
    member g.Input(name, rows, cols) = g.Leaf(Input name, rows, cols)

    /// A trained tensor.
    member g.Parameter(name, rows, cols) = g.Leaf(Parameter name, rows, cols)

    /// A named number, spread over a column of rows.
    member g.Scalar(name, rows) = g.Leaf(Scalar name, rows, 1)

    /// act(x·w + bias). Activations whose derivative needs their input get a node of their own.
    member g.Affine(x: Value, w: Value, bias: Value, act) : Value =
        let (xs, ws, bs) = g.ShapeOf x, g.ShapeOf w, g.ShapeOf bias
        g.Require(xs.Cols = ws.Rows && bs.Rows = ws.Cols && bs.Cols = 1, "Affine", x, w, bias)
        let shape = [ { Rows = xs.Rows; Cols = ws.Cols } ]

        match act with
        | Activation.Silu
        | Activation.Gelu ->
            let pre = g.Push(Forward(Affine(x, w, bias, Activation.Identity)), shape)
            g.Activate(act, pre)
        | _ -> g.Push(Forward(Affine(x, w, bias, act)), shape)

    /// act(x ∗ w + bias) over images with a pixel per row: "same" size, stride 1, an odd kernel. Activations whose
    /// derivative needs their input get a node of their own.
    member g.Conv2d(x: Value, w: Value, bias: Value, size: Conv2dShape, act) : Value =
        if not size.IsValid then
            invalidArg (nameof size) $"Conv2d: {size}: sizes are positive and the kernel is odd: 1, 3, 5, …"

        g.Require(
            (g.ShapeOf x = { Rows = size.Pixels; Cols = size.Ci }
             && g.ShapeOf w = { Rows = size.WeightRows; Cols = size.Co }
             && g.ShapeOf bias = { Rows = size.Co; Cols = 1 }),
            $"Conv2d {size}",
            x,
            w,
            bias
        )

        let shape = [ { Rows = size.Pixels; Cols = size.Co } ]

        match act with
        | Activation.Silu
        | Activation.Gelu ->
            let pre = g.Push(Forward(Conv2d(x, w, bias, size, Activation.Identity)), shape)
            g.Activate(act, pre)
        | _ -> g.Push(Forward(Conv2d(x, w, bias, size, act)), shape)

    member g.Activate(act, x: Value) : Value =
        if act = Activation.Identity then
            x
        else
            g.Push(Forward(Activate(act, x)), [ g.ShapeOf x ])

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
        streams <- streams + 1u

        let v =
            g.Push(Forward(ReparameterizeKl(mu, logVar, streams)), [ shape; { shape with Cols = 1 } ])

        struct (v, { v with Output = 1 })

    /// The KL of N(mu, e^logVar) from N(0, 1) of each row, nats.
    member g.KlRows(mu: Value, logVar: Value) : Value =
        let shape = g.ShapeOf mu
        g.Require((shape = g.ShapeOf logVar), "KlRows", mu, logVar)
        g.Push(Forward(KlRows(mu, logVar)), [ { shape with Cols = 1 } ])

    /// −log p(x) of each row under Bernoulli variables, nats.
    member g.BernoulliNllRows(logits: Value, x: Value) : Value =
        let shape = g.ShapeOf logits
        g.Require((shape = g.ShapeOf x), "BernoulliNllRows", logits, x)
        g.Push(Forward(BernoulliNllRows(logits, x)), [ { shape with Cols = 1 } ])

    /// −log N(x; mean, e^logVar) of each row, nats; logVar is one number.
    member g.GaussianNllRows(x: Value, mean: Value, logVar: Value) : Value =
        let shape = g.ShapeOf x

        g.Require(
            (shape = g.ShapeOf mean && g.ShapeOf logVar = { Rows = 1; Cols = 1 }),
            "GaussianNllRows",
            x,
            mean,
            logVar
        )

        g.Push(Forward(GaussianNllRows(x, mean, logVar)), [ { shape with Cols = 1 } ])

    /// The mean over the rows of a [B, 1] value: a number to report.
    member g.Mean(x: Value) : Value =
        let shape = g.ShapeOf x
        g.Require((shape.Cols = 1), "Mean", x)
        g.Push(Backward(Sum(x, 1f / float32 shape.Rows)), [ { Rows = 1; Cols = 1 } ])
