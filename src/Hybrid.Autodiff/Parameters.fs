namespace Hybrid.Autodiff

open System
open System.Collections.Generic
open Hybrid.Devices

/// A parameter's name and shape.
[<Struct>]
type ParameterSpec = { Name: string; Shape: Shape }

/// All parameters of a model in one dense tensor, and their gradients in another of the same layout:
/// an optimiser touches each with a single launch. Each parameter starts at a multiple of 64 words; the
/// padding stays 0, because its gradient is 0.
type Parameters(device: Device, specs: IReadOnlyList<ParameterSpec>) =
    let offsets = Dictionary<string, struct (int64 * Shape)>()

    let words =
        let mutable next = 0L

        for spec in specs do
            if not (offsets.TryAdd(spec.Name, struct (next, spec.Shape))) then
                invalidArg (nameof specs) $"Two parameters are called {spec.Name}."

            next <- next + (int64 spec.Shape.Rows * int64 spec.Shape.Cols + 63L) / 64L * 64L

        next

    let block () =
        device.Arena.Allocate(Checked.int words, 1)

    let values = block ()
    let gradient = block ()

    let view (block: Tensor) name =
        match offsets.TryGetValue name with
        | true, struct (offset, shape) ->
            Tensor(block.Segment, block.Offset + offset, shape.Rows, shape.Cols, shape.Cols)
        | _ ->
            let known = String.Join(", ", offsets.Keys)
            invalidArg (nameof name) $"No parameter is called {name}; there are {known}."

    /// In the order of the specs.
    member _.Specs = specs

    /// All values, padding included: [words, 1].
    member _.Values = values

    /// All gradients, padding included: [words, 1].
    member _.Gradient = gradient

    /// A tensor for an optimiser's moments, of the same layout as Values.
    member _.NewBlock() = block ()

    /// One parameter.
    member _.Value name = view values name

    /// One parameter's gradient.
    member _.GradientOf name = view gradient name

    /// One parameter's part of a block of this layout, such as an optimiser's moment.
    member _.Part(block: Tensor, name) = view block name
