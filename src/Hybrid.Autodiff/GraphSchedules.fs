namespace Hybrid.Autodiff

open System.Runtime.CompilerServices
open Hybrid.Formulas

/// What diffusions other than the cosine schedule's add to a graph.
[<Extension; AbstractClass; Sealed>]
type GraphSchedules =
    /// A schedule's log signal-to-noise ratio at times t in [0, 1]; it passes no derivative on.
    [<Extension>]
    static member ScheduleLogSnr(g: Graph, t: Value, curve: NoiseCurve) : Value =
        g.Push(Forward(ScheduleLogSnr(t, curve)), [ g.ShapeOf t ])
