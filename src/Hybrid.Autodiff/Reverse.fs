namespace Hybrid.Autodiff

open System.Collections.Generic

/// What a parameter's adjoint is called in the graph.
[<Struct>]
type Gradient = { Name: string; Value: Value }

/// Reverse mode as a function from graph to graph: the adjoints are more nodes of the same kind.
module Reverse =
    let private push = Rules.push

    /// Appends the adjoints of Σᵢ Σ_rows weightᵢ·termᵢ, where each weight is a Scalar (so w/B for a mean),
    /// and returns the gradient of every parameter that the terms depend on, in order of first use.
    /// Data (an Input, or x of a likelihood) has no adjoint.
    /// The adjoint of a `weighed` value is multiplied, row by row, by the second value before it is passed on.
    let weighedGradients
        (g: Graph)
        (terms: (Value * string) list)
        (weighed: (Value * Value) list)
        : Gradient list =
        let forwardCount = g.Nodes.Count

        // Which nodes have a parameter somewhere behind them.
        let needs = Array.zeroCreate<bool> forwardCount

        for i in 0 .. forwardCount - 1 do
            needs[i] <-
                match g.Nodes[i].Op with
                | Leaf(Parameter _) -> true
                | Leaf _
                | Forward(Detach _) -> false
                | op -> Op.operands op |> List.exists (fun v -> needs[v.Node])

        let bars = Dictionary<Value, Value>()

        //#region give
        let give (target: Value) adjoint =
            if needs[target.Node] then
                bars[target] <-
                    match bars.TryGetValue target with
                    | true, other -> push g (Add(other, adjoint)) [ g.ShapeOf target ]
                    | _ -> adjoint
        //#endregion

        for term, weight in terms do
            let shape = g.ShapeOf term

            if shape.Cols <> 1 then
                invalidArg (nameof terms) $"A term of the objective is one column, not {shape}."

            give term (g.Scalar(weight, shape.Rows))

        let gradients = List<Gradient>()

        //#region walk
        for id in forwardCount - 1 .. -1 .. 0 do
            let node = g.Nodes[id]
            let outputs = [ for o in 0 .. node.Shapes.Length - 1 -> { Node = id; Output = o } ]

            if needs[id] && outputs |> List.exists bars.ContainsKey then
                let bar o =
                    match bars.TryGetValue outputs[o] with
                    | true, adjoint ->
                        match List.tryFind (fun (value, _) -> value = outputs[o]) weighed with
                        | Some(value, weights) -> push g (ScaleRows(adjoint, weights)) [ g.ShapeOf value ]
                        | None -> adjoint
                    | _ -> push g (Zero node.Shapes[o]) [ node.Shapes[o] ]

                match node.Op with
                | Leaf(Parameter name) -> gradients.Add { Name = name; Value = bar 0 }
                | Leaf _ -> ()
                | Forward op ->
                    for target, adjoint in Rules.rule g id (fun v -> needs[v.Node]) bar op do
                        give target adjoint
                | Backward op ->
                    invalidOp
                        $"{Op.name (Backward op)} is not differentiated: second derivatives are not part of autodiff-lite."
        //#endregion

        List.ofSeq (Seq.rev gradients)

    /// The same with every adjoint as it is.
    let gradients (g: Graph) (terms: (Value * string) list) : Gradient list = weighedGradients g terms []
