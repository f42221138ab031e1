namespace Hybrid.Autodiff

open System.Collections.Generic
open Hybrid.Devices

/// Where one value lives inside another.
type private Inside =
    | Columns of from: int * count: int
    | Rows of count: int // every row is the same column vector
    | Shaped of Shape // the same words in other rows
    | Whole

/// Assigns every value of a graph a tensor, once: views share their parent's memory, parts of a Join are
/// written straight into it, gradients straight into the parameter block, and a buffer is used again as
/// soon as the last reader of its value has run.
type internal Layout
    (device: Device, graph: Graph, parameters: Parameters, gradients: Gradient list, keep: Value list) =
    let nodes = graph.Nodes
    let parents = Dictionary<Value, struct (Value * Inside)>()
    let fixedAt = Dictionary<Value, Tensor>()
    let buffers = Dictionary<Value, Tensor>()
    let copies = List<struct (Value * Value * Inside)>()
    let output id o = { Node = id; Output = o }

    // 1. What is needed at all.
    let uses = Uses(graph, keep @ [ for gradient in gradients -> gradient.Value ])
    let needed = Array.init nodes.Count uses.Needs

    let isLeaf (v: Value) =
        match nodes[v.Node].Op with
        | Leaf _ -> true
        | _ -> false

    /// A value that an operation can be told to write anywhere.
    let isFree v =
        not (isLeaf v) && not (parents.ContainsKey v) && not (fixedAt.ContainsKey v)

    /// Whether a view leaves out what lies between its rows, or repeats a row.
    let rec hasGaps v =
        match parents.TryGetValue v with
        | true, struct (parent, Columns(_, count)) when count < (graph.ShapeOf parent).Cols -> true
        | true, struct (_, Rows _) -> true
        | true, struct (parent, _) -> hasGaps parent
        | _ -> false

    // 2. Views, then joins and sums in place, gradients in the parameter block.
    do
        for id in 0 .. nodes.Count - 1 do
            if needed[id] then
                match nodes[id].Op with
                | Forward(Split(x, cols)) ->
                    let mutable from = 0

                    for i, count in List.indexed cols do
                        parents[output id i] <- struct (x, Columns(from, count))
                        from <- from + count
                | Forward(BroadcastRows(v, rows)) -> parents[output id 0] <- struct (v, Rows rows)
                | Forward(Detach x) -> parents[output id 0] <- struct (x, Whole)
                | Forward(Reshape(x, _)) when hasGaps x ->
                    copies.Add(struct (x, output id 0, Shaped(graph.ShapeOf x)))
                | Forward(Reshape(x, shape)) -> parents[output id 0] <- struct (x, Shaped shape)
                | _ -> ()

    let rec rootOf v =
        match parents.TryGetValue v with
        | true, struct (parent, _) -> rootOf parent
        | _ -> v

    /// What must lie without gaps: it is seen in other rows, or summed as one vector.
    let dense =
        HashSet(
            seq {
                for id in 0 .. nodes.Count - 1 do
                    match nodes[id].Op with
                    | Forward(Reshape(x, _)) when needed[id] ->
                        rootOf x
                        rootOf (output id 0)
                    | Backward(Sum(x, _)) when needed[id] -> rootOf x
                    | _ -> ()
            }
        )

    do
        for id in 0 .. nodes.Count - 1 do
            if needed[id] then
                match nodes[id].Op with
                | Forward(Join parts) ->
                    let mutable from = 0

                    for part in parts do
                        let count = (graph.ShapeOf part).Cols
                        let inside = Columns(from, count)
                        from <- from + count

                        if isFree part && not (dense.Contains part) then
                            parents[part] <- struct (output id 0, inside)
                        else
                            copies.Add(struct (part, output id 0, inside))
                | Forward(Plus(_, y) | PlusPerImage(_, y, _))
                | Backward(Add(_, y)) ->
                    if uses.Readers y = 1 && isFree y && not (dense.Contains y) then
                        parents[y] <- struct (output id 0, Whole)
                    else
                        copies.Add(struct (y, output id 0, Whole))
                | _ -> ()

    // 3. How long each root lives: from its first writer to its last reader.
    let first, last = Dictionary<Value, int>(), Dictionary<Value, int>()

    let touch id v =
        let root = rootOf v
        first[root] <- min id (first.GetValueOrDefault(root, id))
        last[root] <- max id (last.GetValueOrDefault(root, id))

    do
        for gradient in gradients do
            if isFree gradient.Value && rootOf gradient.Value = gradient.Value then
                fixedAt[gradient.Value] <- parameters.GradientOf gradient.Name

        for id in 0 .. nodes.Count - 1 do
            if needed[id] then
                for o in 0 .. nodes[id].Shapes.Length - 1 do
                    touch id (output id o)

                Op.operands nodes[id].Op |> List.iter (touch id)

        for v in keep do
            touch nodes.Count v

        for gradient in gradients do
            touch nodes.Count gradient.Value

    //#region claim
    // 4. Buffers, by a scan over the launches: best fit among those whose value is dead.
    let free = List<Tensor>()
    let mutable temporary = 0L

    let claim (shape: Shape) =
        let words = int64 shape.Rows * int64 shape.Cols

        let fits =
            free
            |> Seq.filter (fun b -> b.Length >= words)
            |> Seq.sortBy _.Length
            |> Seq.tryHead

        match fits with
        | Some buffer ->
            free.Remove buffer |> ignore
            buffer
        | None ->
            temporary <- temporary + words
            device.Arena.Allocate(Checked.int words, 1)
    //#endregion

    do
        for id in 0 .. nodes.Count - 1 do
            if needed[id] then
                match nodes[id].Op with
                | Leaf(Parameter name) -> fixedAt[output id 0] <- parameters.Value name
                | Leaf(Input _ | Scalar _) ->
                    let shape = nodes[id].Shapes[0]
                    fixedAt[output id 0] <- device.Arena.Allocate(shape.Rows, shape.Cols)
                | _ -> ()

        for id in 0 .. nodes.Count - 1 do
            let starting =
                first
                |> Seq.filter (fun f -> f.Value = id)
                |> Seq.map _.Key
                |> Seq.sort
                |> List.ofSeq

            for root in starting do
                if not (fixedAt.ContainsKey root) then
                    buffers[root] <- claim (graph.ShapeOf root)

            for ending in
                last
                |> Seq.filter (fun l -> l.Value = id)
                |> Seq.map _.Key
                |> Seq.sort
                |> List.ofSeq do
                match buffers.TryGetValue ending with
                | true, buffer -> free.Add buffer
                | _ -> ()

    let within (parent: Tensor) inside =
        match inside with
        | Columns(from, count) -> parent.Columns(from, count)
        | Rows count -> Tensor(parent.Segment, parent.Offset, count, parent.Rows, 0)
        | Shaped shape when parent.IsDense ->
            Tensor(parent.Segment, parent.Offset, shape.Rows, shape.Cols, shape.Cols)
        | Shaped shape -> invalidOp $"{parent} cannot be seen as {shape}: it lies with gaps between its rows."
        | Whole -> parent

    /// Whether a node has to run: leaves and views do not.
    member _.Runs id = needed[id]

    member _.TemporaryWords = temporary

    /// The tensor of a value.
    member l.TensorOf(v: Value) : Tensor =
        match parents.TryGetValue v with
        | true, struct (parent, inside) -> within (l.TensorOf parent) inside
        | _ ->
            match fixedAt.TryGetValue v with
            | true, tensor -> tensor
            | _ ->
                let shape = graph.ShapeOf v
                let buffer = buffers[v]
                Tensor(buffer.Segment, buffer.Offset, shape.Rows, shape.Cols, shape.Cols)

    /// Values that could not be placed where node `id` needs them: (from, to) to copy before it runs.
    member l.CopiesBefore id =
        [ for struct (part, target, inside) in copies do
              if target.Node = id then
                  l.TensorOf part, within (l.TensorOf target) inside ]

    /// Gradients that are not already in the parameter block: (from, to) to copy at the end.
    member l.GradientCopies =
        [ for gradient in gradients do
              let target = parameters.GradientOf gradient.Name

              if l.TensorOf gradient.Value <> target then
                  l.TensorOf gradient.Value, target ]
