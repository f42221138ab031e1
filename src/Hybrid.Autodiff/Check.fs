namespace Hybrid.Autodiff

open System.Collections.Generic
open Hybrid.Formulas

/// The derivative of an objective along a direction of one parameter, twice.
type Comparison =
    {
        Parameter: string
        /// By Dual<F64>, through Reference.
        Exact: float
        /// ⟨gradient, direction⟩ with the gradient that a plan wrote.
        Computed: float
        /// Σ |gradientᵢ·directionᵢ|: what a relative error is relative to.
        Magnitude: float
    }

/// Gradients against dual numbers: every reverse rule, every gradient kernel and every plan.
module Check =
    /// Σᵢ weightᵢ Σ_rows termᵢ and its derivative along the direction that `leaf` carries in its duals.
    let objective graph (terms: (Value * float) list) leaf seed step : Dual<F64> =
        let values: Dictionary<Value, Dual<F64>[]> = Reference.evaluate graph leaf seed step
        let mutable total = Dual<F64>.Const 0.0

        for term, weight in terms do
            for row in values[term] do
                total <- total + Dual<F64>.Const weight * row

        total

    /// For each parameter, the derivative along `direction name`, by dual numbers and from `gradient name`.
    let compare
        (graph: Graph)
        (terms: (Value * float) list)
        (leaf: Leaf -> Shape -> float32[])
        (direction: string -> float[])
        (gradient: string -> float32[])
        seed
        step
        : Comparison list =
        let parameters =
            [ for node in graph.Nodes do
                  match node.Op with
                  | Leaf(Parameter name) -> name
                  | _ -> () ]

        [ for name in parameters do
              let along = direction name

              let dual l shape =
                  leaf l shape
                  |> Array.mapi (fun i v ->
                      let d = if l = Parameter name then along[i] else 0.0
                      Dual<F64>(F64(float v), F64 d))

              let products = Array.map2 (fun (g: float32) d -> float g * d) (gradient name) along

              { Parameter = name
                Exact = (objective graph terms dual seed step).D.V
                Computed = Array.sum products
                Magnitude = Array.sumBy abs products } ]
