namespace Hybrid.Autodiff

open System.Collections.Generic

/// Rewrites of a differentiated graph that change no bit of any value: nodes keep their numbers.
module Fuse =
    /// A likelihood whose rows have a constant weight makes their sum and the adjoint of its logits in one
    /// pass; where the adjoint was made, a view of it remains.
    let likelihoods (graph: Graph) : Graph =
        let nodes = graph.Nodes
        let changed = Dictionary<int, Node>()

        for id in 0 .. nodes.Count - 1 do
            match nodes[id].Op with
            | Backward(BernoulliNllRowsGrad(logits, x, dNll)) ->
                let forward =
                    seq { 0 .. id - 1 }
                    |> Seq.tryFind (fun n ->
                        nodes[n].Op = Forward(BernoulliNllRows(logits, x)) && not (changed.ContainsKey n))

                match forward, nodes[dNll.Node].Op with
                | Some n, Leaf(Scalar _) ->
                    let shape = graph.ShapeOf logits

                    changed[n] <-
                        { Op = Backward(BernoulliNllRowsWithGrad(logits, x, dNll))
                          Shapes = [ nodes[n].Shapes[0]; shape ] }

                    changed[id] <-
                        { Op = Forward(Split({ Node = n; Output = 1 }, [ shape.Cols ]))
                          Shapes = [ shape ] }
                | _ -> ()
            | _ -> ()

        let fused = Graph()

        for id in 0 .. nodes.Count - 1 do
            let node = changed.GetValueOrDefault(id, nodes[id])
            fused.Push(node.Op, node.Shapes) |> ignore

        fused
