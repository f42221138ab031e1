namespace Hybrid.Autodiff

open System
open System.Runtime.CompilerServices
open Hybrid.Formulas
open Hybrid.Autodiff // its cases before formulas of the same names

/// Images as rows of pixels: what a network of several sizes is made of, beside convolutions.
[<Extension; AbstractClass; Sealed>]
type GraphImages =
    static member private Even(g: Graph, op, size: ImageShape, x: Value, shape) =
        if not size.IsEven then
            invalidArg (nameof size) $"{op}: {size}: height and width must be even, all sizes positive."

        g.Require((g.ShapeOf x = shape), $"{op} {size}", x)

    static member private Images(size: ImageShape) = { Rows = size.Rows; Cols = size.C }

    /// act of x[N·P, C] normalised by groups of channels of each image, times gain[C, 1], plus bias[C, 1].
    [<Extension>]
    static member GroupNorm(g: Graph, x: Value, gain: Value, bias: Value, size: GroupShape, act) : Value =
        if not size.IsValid then
            invalidArg (nameof size) $"GroupNorm: {size}: groups must divide the channels, all sizes positive."

        let shape = { Rows = size.Rows; Cols = size.C }
        let perChannel = { Rows = size.C; Cols = 1 }

        g.Require(
            (g.ShapeOf x = shape && g.ShapeOf gain = perChannel && g.ShapeOf bias = perChannel),
            $"GroupNorm {size}",
            x,
            gain,
            bias
        )

        g.Push(
            Forward(GroupNorm(x, gain, bias, size, act)),
            [ shape
              { Rows = size.N
                Cols = 2 * size.Groups } ]
        )

    /// The mean of every 2 × 2 pixels of x, images of `size`: half as high and wide.
    [<Extension>]
    static member Downsample(g: Graph, x: Value, size: ImageShape) : Value =
        GraphImages.Even(g, "Downsample", size, x, GraphImages.Images size)
        g.Push(Forward(Downsample(x, 0.25f, size)), [ GraphImages.Images size.Half ])

    /// Every pixel of x four times, as images of `size`: twice as high and wide as x.
    [<Extension>]
    static member Upsample(g: Graph, x: Value, size: ImageShape) : Value =
        GraphImages.Even(g, "Upsample", size, x, GraphImages.Images size.Half)
        g.Push(Forward(Upsample(x, 1f, size)), [ GraphImages.Images size ])

    /// x[N, C] added to each of the `pixels` of an image of y[N·pixels, C].
    [<Extension>]
    static member PlusPerImage(g: Graph, x: Value, y: Value, pixels: int) : Value =
        let rows, images = g.ShapeOf x, g.ShapeOf y

        g.Require(
            (pixels > 0 && rows.Cols = images.Cols && rows.Rows * pixels = images.Rows),
            $"PlusPerImage of {pixels} pixels",
            x,
            y
        )

        g.Push(Forward(PlusPerImage(x, y, pixels)), [ images ])

    /// The columns of values of as many rows, beside each other.
    [<Extension>]
    static member Join(g: Graph, [<ParamArray>] parts: Value[]) : Value =
        let rows (v: Value) = (g.ShapeOf v).Rows

        g.Require(
            (parts.Length > 0 && Array.forall (fun part -> rows part = rows parts[0]) parts),
            "Join",
            parts
        )

        let cols = parts |> Array.sumBy (fun part -> (g.ShapeOf part).Cols)
        g.Push(Forward(Join(List.ofArray parts)), [ { Rows = rows parts[0]; Cols = cols } ])
