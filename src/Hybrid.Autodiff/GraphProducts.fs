namespace Hybrid.Autodiff

open System.Runtime.CompilerServices
open Hybrid.Formulas
open Hybrid.Autodiff // its cases before formulas of the same names

/// Products of rows with rows, and what is made of their scores.
[<Extension; AbstractClass; Sealed>]
type GraphProducts =
    /// x·w, a layer without bias.
    [<Extension>]
    static member MatrixProduct(g: Graph, x: Value, w: Value) : Value =
        let xs, ws = g.ShapeOf x, g.ShapeOf w
        g.Require((xs.Cols = ws.Rows), "MatrixProduct", x, w)
        g.Push(Forward(MatrixProduct(x, w)), [ { Rows = xs.Rows; Cols = ws.Cols } ])

    /// a·bᵀ: the product of each row of a[B, K] with each row of b[M, K], as [B, M].
    [<Extension>]
    static member PairProducts(g: Graph, a: Value, b: Value) : Value =
        let left, right = g.ShapeOf a, g.ShapeOf b
        g.Require((left.Cols = right.Cols), "PairProducts", a, b)
        g.Push(Forward(PairProducts(a, b)), [ { Rows = left.Rows; Cols = right.Rows } ])

    /// `count` products of one size, one below the other: aᵢ·bᵢ, aᵢ·bᵢᵀ or aᵢᵀ·bᵢ as `factors` says.
    [<Extension>]
    static member BatchedProduct(g: Graph, factors: Factors, a: Value, b: Value, count: int) : Value =
        let left, right = g.ShapeOf a, g.ShapeOf b

        g.Require(
            (count > 0 && left.Rows % count = 0 && right.Rows % count = 0),
            $"BatchedProduct of {count}",
            a,
            b
        )

        let rows, cols, fits =
            match factors with
            | Factors.Plain -> left.Rows, right.Cols, left.Cols = right.Rows / count
            | Factors.RightTransposed -> left.Rows, right.Rows / count, left.Cols = right.Cols
            | Factors.LeftTransposed -> Checked.(*) count left.Cols, right.Cols, left.Rows = right.Rows
            | _ -> 0, 0, false

        g.Require(fits, $"BatchedProduct ({factors})", a, b)
        g.Push(Forward(BatchedProduct(factors, a, b, count)), [ { Rows = rows; Cols = cols } ])

    /// softmax(scale·q·kᵀ)·v of `count` problems, one below the other: q[count·T, D], k[count·S, D] and
    /// v[count·S, Dv] give [count·T, Dv], and the log-sum-exp of each row's scores, [count·T, 1] in nats.
    [<Extension>]
    static member Attention
        (g: Graph, q: Value, k: Value, v: Value, count: int, scale: float32)
        : struct (Value * Value) =
        let queries, keys, values = g.ShapeOf q, g.ShapeOf k, g.ShapeOf v

        g.Require(
            (count > 0
             && queries.Rows % count = 0
             && keys.Rows % count = 0
             && queries.Cols = keys.Cols
             && keys.Rows = values.Rows),
            $"Attention of {count}",
            q,
            k,
            v
        )

        let size =
            AttentionShape(count, queries.Rows / count, keys.Rows / count, keys.Cols, values.Cols, scale)

        let shape = { queries with Cols = values.Cols }

        let y =
            g.Push(Forward(Attention(q, k, v, size)), [ shape; { shape with Cols = 1 } ])

        struct (y, { y with Output = 1 })

    /// The same with the usual scale, 1/√D.
    [<Extension>]
    static member Attention(g: Graph, q: Value, k: Value, v: Value, count: int) : struct (Value * Value) =
        g.Attention(q, k, v, count, 1f / sqrt (float32 (g.ShapeOf k).Cols))

    /// act(a[i] + b[j]) of each row of a[B, D] with each row of b[M, D]: row i·M + j of [B·M, D].
    /// Activations whose derivative needs their input get a node of their own.
    [<Extension>]
    static member PairSum(g: Graph, a: Value, b: Value, act) : Value =
        let left, right = g.ShapeOf a, g.ShapeOf b
        g.Require((left.Cols = right.Cols), "PairSum", a, b)

        let shape =
            [ { left with
                  Rows = Checked.(*) left.Rows right.Rows } ]

        g.Activated(act, (fun act -> g.Push(Forward(PairSum(a, b, act)), shape)))

    /// −log of the probability that each row's own column has among all, nats: scores[B, B] → [B, 1].
    [<Extension>]
    static member InfoNceRows(g: Graph, scores: Value) : Value =
        let shape = g.ShapeOf scores
        g.Require((shape.Rows = shape.Cols), "InfoNceRows", scores)
        g.Push(Forward(InfoNceRows scores), [ { shape with Cols = 1 } ])

    /// Cross-entropy of the classes y[B, C], whose rows sum to 1, and softmax(logits[B, C]), nats: [B, 1].
    [<Extension>]
    static member CrossEntropyRows(g: Graph, logits: Value, y: Value) : Value =
        let shape = g.ShapeOf logits
        g.Require((shape = g.ShapeOf y), "CrossEntropyRows", logits, y)
        g.Push(Forward(CrossEntropyRows(logits, y)), [ { shape with Cols = 1 } ])
