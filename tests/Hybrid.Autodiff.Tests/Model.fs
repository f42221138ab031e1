namespace Hybrid.Autodiff.Tests

open System
open Hybrid.Autodiff
open Hybrid.Devices
open Hybrid.Devices.Host
open Hybrid.Formulas

/// A graph with numbers in its leaves, on a host device.
type Model(graph: Graph, terms: (Value * float) list, ?threads: int) =
    let seed, step = 11UL, 3u
    let device = new HostDevice(defaultArg threads 1, HostLanes.Auto)
    let weights = terms |> List.mapi (fun i _ -> $"weight/{i}")

    let specs =
        [| for node in graph.Nodes do
               match node.Op with
               | Leaf(Parameter name) -> { Name = name; Shape = node.Shapes[0] }
               | _ -> () |]

    let parameters = Parameters(device, specs)

    /// Uniform in [−1, 1) and exact in float32; another sequence for every leaf.
    let numbers (name: string) (shape: Shape) =
        let noise = Noise(5UL, 0u, uint32 (Seq.sumBy int name))

        Array.init (shape.Rows * shape.Cols) (fun i ->
            let words = Philox.Draw<U32, F32>(U32(uint32 i), 0u, &noise)
            2f * (U32.ToUnit words.W0).V - 1f)

    let plan =
        let named = List.map2 (fun (term, _) name -> struct (term, name)) terms weights
        Plan.Training(device, graph, parameters, seed, named, [ for term, _ in terms -> term ])

    let leaf l (shape: Shape) =
        match l with
        | Input name when name.StartsWith "x" ->
            numbers name shape |> Array.map (fun v -> if v > 0f then 1f else 0f)
        | Input name
        | Parameter name -> numbers name shape
        | Scalar name ->
            let value = if name.StartsWith "weight/" then 0f else 0.25f
            Array.create shape.Rows value

    do
        for spec in specs do
            device.Upload(ReadOnlySpan<float32>(numbers spec.Name spec.Shape), parameters.Value spec.Name)

        for node in graph.Nodes do
            match node.Op with
            | Leaf(Input name as l) ->
                device.Upload(ReadOnlySpan<float32>(leaf l node.Shapes[0]), plan.Input name)
            | Leaf(Scalar name) when not (name.StartsWith "weight/") -> plan.Set(name, 0.25f)
            | _ -> ()

        for (_, weight), name in List.zip terms weights do
            plan.Set(name, float32 weight)

    member _.Plan = plan
    member _.Device = device
    member _.Parameters = parameters
    member _.Run() = plan.Run step

    member _.Gradient name =
        device.ToArray(parameters.GradientOf name)

    member _.ValueOf v = device.ToArray(plan.TensorOf v)
    member _.Leaf = leaf
    member _.Seed = seed
    member _.Step = step

    /// The plan's gradient against dual numbers, along a direction of each parameter.
    member m.Compare() =
        m.Run()

        let direction name =
            Array.map
                float
                (numbers
                    ("direction/" + name)
                    (parameters.Value(name: string) |> fun t -> { Rows = t.Rows; Cols = t.Cols }))

        Check.compare graph terms leaf direction m.Gradient seed step

    interface IDisposable with
        member _.Dispose() = device.Dispose()
