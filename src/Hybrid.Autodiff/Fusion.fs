namespace Hybrid.Autodiff

open System.Collections.Generic
open Hybrid.Formulas

/// Rewrites a graph so that fewer launches compute the same bits.
module internal Fusion =
    /// The same graph with other nodes under the same numbers.
    let private withNodes (graph: Graph) (node: int -> Node) =
        let rewritten = Graph()

        for id in 0 .. graph.Nodes.Count - 1 do
            let node = node id
            rewritten.Push(node.Op, node.Shapes) |> ignore

        rewritten

    /// The same node for the same number, so every value keeps its name. A value that is read once may be
    /// made where it is read; the node that made it is then read by nobody, and a plan leaves it out.
    //#region fuse
    let private rewrite (graph: Graph) (uses: Uses) id (node: Node) =
        let (|OnlyHere|_|) v =
            if uses.Readers v = 1 then
                Some graph.Nodes[v.Node].Op
            else
                None

        match node.Op with
        | Backward(ActivateGrad(act, known, OnlyHere(Backward(AffineGradInput(dy, w, None))))) ->
            { node with
                Op = Backward(AffineGradInput(dy, w, Some(act, known))) }
        | Forward(Activate(act, OnlyHere(Forward(Affine(x, w, bias, Activation.Identity))))) ->
            { node with
                Op = Forward(Affine(x, w, bias, act)) }
        | Forward(Activate(act, OnlyHere(Forward(Conv2d(x, w, bias, size, Activation.Identity))))) ->
            { node with
                Op = Forward(Conv2d(x, w, bias, size, act)) }
        | Forward(Activate(act, OnlyHere(Forward(PairSum(a, b, Activation.Identity))))) ->
            { node with
                Op = Forward(PairSum(a, b, act)) }
        // The pre-activation is stored for a gradient only, noise for a loss only.
        | Forward(Affine _ | DiffuseNoise _) when uses.Readers { Node = id; Output = 1 } = 0 ->
            { node with
                Shapes = [ node.Shapes.Head ] }
        | _ -> node
    //#endregion

    /// The graph that a plan of `ends` runs.
    let apply (graph: Graph) (ends: Value list) : Graph =
        let uses = Uses(graph, ends)
        withNodes graph (fun id -> rewrite graph uses id graph.Nodes[id])

    /// The loss that a gradient belongs to, what makes both in one pass, what was predicted, and the rows' weight.
    //#region with-grad
    let private withGrad noiseOf op =
        match op with
        | BernoulliNllRowsGrad(logits, x, dNll) ->
            Some(BernoulliNllRows(logits, x), BernoulliNllRowsWithGrad(logits, x, dNll), logits, dNll)
        | SquaredErrorRowsGrad(prediction, target, dLoss) ->
            let both =
                match noiseOf target with
                | Some stream -> NoisePredictionRowsWithGrad(prediction, dLoss, stream)
                | None -> SquaredErrorRowsWithGrad(prediction, target, dLoss)

            Some(SquaredErrorRows(prediction, target), both, prediction, dLoss)
        | _ -> None
    //#endregion

    /// A loss whose rows have a constant weight makes their sum and the adjoint of what was predicted in one pass;
    /// where the adjoint was made, a view of it remains. Noise that only such a loss and its gradient read is made
    /// again, not stored, if the plan `remakesNoise`.
    let losses (graph: Graph) (ends: Value list) remakesNoise : Graph =
        let nodes = graph.Nodes
        let uses = Uses(graph, ends)
        let changed = Dictionary<int, Node>()

        let noiseOf (target: Value) =
            match nodes[target.Node].Op with
            | Forward(DiffuseNoise(_, _, stream)) when
                remakesNoise && target.Output = 1 && uses.Readers target = 2
                ->
                Some stream
            | _ -> None

        for id in 0 .. nodes.Count - 1 do
            let both =
                match nodes[id].Op with
                | Backward op -> withGrad noiseOf op
                | _ -> None

            match both with
            | Some(loss, both, predicted, weight) ->
                let forward =
                    seq { 0 .. id - 1 }
                    |> Seq.tryFind (fun n -> nodes[n].Op = Forward loss && not (changed.ContainsKey n))

                match forward, nodes[weight.Node].Op with
                | Some n, Leaf(Scalar _) ->
                    let shape = graph.ShapeOf predicted

                    changed[n] <-
                        { Op = Backward both
                          Shapes = [ nodes[n].Shapes[0]; shape ] }

                    changed[id] <-
                        { Op = Forward(Split({ Node = n; Output = 1 }, [ shape.Cols ]))
                          Shapes = [ shape ] }
                | _ -> ()
            | None -> ()

        withNodes graph (fun id -> changed.GetValueOrDefault(id, nodes[id]))
