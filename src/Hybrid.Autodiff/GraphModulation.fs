namespace Hybrid.Autodiff

open System.Runtime.CompilerServices
open Hybrid.Autodiff

/// What a transformer of pictures is made of beside layers and attention.
[<Extension; AbstractClass; Sealed>]
type GraphModulation =
    static member private RequireConditions(g: Graph, op, x: Value, vectors: Value list) =
        let shape = g.ShapeOf x

        for v in vectors do
            let condition = g.ShapeOf v
            g.Require((condition.Cols = shape.Cols && shape.Rows % condition.Rows = 0), op, x, v)
            g.Require((condition = g.ShapeOf vectors.Head), op, v, vectors.Head)

    /// Every `high` rows of x[N·high, P·width] are a matrix of blocks of a row and `width` columns; all of them
    /// transposed: [N·P, high·width].
    [<Extension>]
    static member TransposeBlocks(g: Graph, x: Value, high, width) : Value =
        let shape = g.ShapeOf x

        g.Require(
            (high > 0 && width > 0 && shape.Rows % high = 0 && shape.Cols % width = 0),
            $"TransposeBlocks of {high} by {width}",
            x
        )

        g.Push(
            Forward(TransposeBlocks(x, high, width)),
            [ { Rows = shape.Rows / high * (shape.Cols / width)
                Cols = high * width } ]
        )

    /// Each row of x[R, D] less its mean, in standard deviations, times 1 + scale[C, D], plus shift[C, D]: one of
    /// each for R / C rows.
    [<Extension>]
    static member ModulatedLayerNorm(g: Graph, x: Value, shift: Value, scale: Value) : Value =
        let shape = g.ShapeOf x
        GraphModulation.RequireConditions(g, "ModulatedLayerNorm", x, [ shift; scale ])
        g.Push(Forward(ModulatedLayerNorm(x, shift, scale)), [ shape; { shape with Cols = 2 } ])

    /// x[R, D] + gate[C, D]·h[R, D]: a gate for R / C rows.
    [<Extension>]
    static member AddGated(g: Graph, x: Value, h: Value, gate: Value) : Value =
        g.Require((g.ShapeOf x = g.ShapeOf h), "AddGated", x, h)
        GraphModulation.RequireConditions(g, "AddGated", x, [ gate ])
        g.Push(Forward(AddGated(x, h, gate)), [ g.ShapeOf x ])
