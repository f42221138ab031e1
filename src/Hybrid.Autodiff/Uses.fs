namespace Hybrid.Autodiff

open System.Collections.Generic

/// Who reads what, in a graph from which only `ends` are wanted.
type internal Uses(graph: Graph, ends: Value list) =
    let needed = Array.zeroCreate<bool> graph.Nodes.Count
    let readers = Dictionary<Value, int>()

    let read v =
        needed[v.Node] <- true
        readers[v] <- readers.GetValueOrDefault(v, 0) + 1

    do
        List.iter read ends

        // Nodes only read nodes before them, so one pass backwards finds all, however deep the graph is.
        for id in graph.Nodes.Count - 1 .. -1 .. 0 do
            if needed[id] then
                Op.operands graph.Nodes[id].Op |> List.iter read

    /// Whether anything depends on a node.
    member _.Needs id = needed[id]

    /// How often a value is read, by needed nodes or as one of the ends.
    member _.Readers v = readers.GetValueOrDefault(v, 0)
