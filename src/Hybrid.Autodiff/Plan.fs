namespace Hybrid.Autodiff

open System
open System.Collections.Generic
open System.Diagnostics
open System.Runtime.InteropServices
open Hybrid.Devices

/// A graph made ready to run: a fixed list of launches over tensors that are assigned once.
/// A run allocates nothing.
type Plan
    (
        device: Device,
        graph: Graph,
        parameters: Parameters,
        seed: uint64,
        gradients: Gradient list,
        outputs: Value list,
        fuse: bool
    ) =
    let ends = outputs @ [ for gradient in gradients -> gradient.Value ]

    let operations =
        let uses = Uses(graph, ends)

        Seq.indexed graph.Nodes
        |> Seq.filter (fun (id, node) -> uses.Needs id && not (Op.isView node.Op))
        |> Seq.length

    let graph =
        if fuse then
            Fusion.apply (Fusion.losses graph ends device.RemakesNoise) ends
        else
            graph

    let layout = Layout(device, graph, parameters, gradients, outputs)

    // A value that could not be written in place: once its number.
    let copy (source: Tensor, target: Tensor) =
        { Op = Forward(Scale(source, 1f))
          Out = target
          Out2 = target }

    let launches =
        [| for id in 0 .. graph.Nodes.Count - 1 do
               let node = graph.Nodes[id]

               if layout.Runs id then
                   yield! List.map copy (layout.CopiesBefore id)

                   if not (Op.isView node.Op) then
                       let out = layout.TensorOf { Node = id; Output = 0 }

                       { Op = Op.map layout.TensorOf node.Op
                         Out = out
                         Out2 =
                           if node.Shapes.Length > 1 then
                               layout.TensorOf { Node = id; Output = 1 }
                           else
                               out }

           yield! List.map copy layout.GradientCopies |]

    let leaf kind (name: string) =
        let mutable found = ValueNone

        for id in 0 .. graph.Nodes.Count - 1 do
            match graph.Nodes[id].Op with
            | Leaf l when l = kind && layout.Runs id ->
                found <- ValueSome(layout.TensorOf { Node = id; Output = 0 })
            | _ -> ()

        match found with
        | ValueSome tensor -> tensor
        | ValueNone -> invalidArg (nameof name) $"The plan uses no %A{kind}."

    let ops = device.Ops

    /// The tensor to fill before a run.
    member _.Input name = leaf (Input name) name

    /// Whether a run reads an Input or a Scalar of that name.
    member _.Reads(name: string) =
        Seq.indexed graph.Nodes
        |> Seq.exists (fun (id, node) ->
            layout.Runs id && (node.Op = Leaf(Input name) || node.Op = Leaf(Scalar name)))

    /// The tensor of a named number: fill it before a run, or within a step that allocates nothing.
    member _.Scalar name = leaf (Scalar name) name

    /// Sets a named number; it stays until it is set again.
    member _.Set(name, value: float32) =
        ops.Fill(leaf (Scalar name) name, value)

    /// The tensor that holds a kept value after a run.
    member _.TensorOf(v: Value) = layout.TensorOf v

    //#region run
    /// Runs every launch; `step` selects the noise.
    member _.Run(step: uint32) =
        for launch in launches do
            Launch.run ops seed step launch
    //#endregion

    /// A run that waits for each launch and writes how many ticks of Stopwatch it took.
    member _.RunTimed(step: uint32, ticks: int64[]) =
        for i in 0 .. launches.Length - 1 do
            let start = Stopwatch.GetTimestamp()
            Launch.run ops seed step launches[i]
            device.Synchronize()
            ticks[i] <- Stopwatch.GetTimestamp() - start

    /// Operations of the graph as it was differentiated: the launches without rewriting, but for copies.
    member _.Operations = operations

    /// What a run launches, in order.
    member _.Launches: IReadOnlyList<Launch> = launches

    /// Words of memory for values that live only within a run.
    member _.TemporaryWords = layout.TemporaryWords

    /// One line per launch: operation, operands → outputs.
    member _.Describe() : string seq =
        seq {
            for launch in launches do
                let operands = Op.operands launch.Op |> List.map string |> String.concat " "
                $"{Op.name launch.Op} {operands} → {launch.Out}"
        }

    /// A plan that trains: it runs the graph, then writes the gradient of
    /// Σᵢ Σ_rows weightᵢ·termᵢ into the parameter block. Weights are set by name with Set.
    /// Without `fuse`, every operation of the graph is a launch of its own: the same bits, slower.
    /// The adjoint of a `weighed` value is multiplied, row by row, by the value beside it.
    static member Training
        (
            device,
            graph,
            parameters,
            seed,
            terms: struct (Value * string) seq,
            outputs: Value seq,
            [<Optional; DefaultParameterValue(true)>] fuse: bool,
            [<Optional>] weighed: struct (Value * Value) seq | null
        ) =
        let weighed =
            match weighed with
            | null -> []
            | pairs -> [ for struct (value, weights) in pairs -> value, weights ]

        let terms = [ for struct (term, weight) in terms -> term, weight ]
        let outputs = List.ofSeq outputs
        let gradients = Reverse.weighedGradients graph terms weighed
        Plan(device, graph, parameters, seed, gradients, outputs, fuse)

    /// A plan that only computes `outputs`; `fuse` as in Training.
    static member Evaluating
        (
            device,
            graph,
            parameters,
            seed,
            outputs: Value seq,
            [<Optional; DefaultParameterValue(true)>] fuse: bool
        ) =
        Plan(device, graph, parameters, seed, [], List.ofSeq outputs, fuse)
