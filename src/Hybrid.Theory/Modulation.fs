namespace Hybrid.Theory

/// <summary>Layers that a condition steers: adaptive layer norm and gated branches.</summary>
/// <remarks>Peebles &amp; Xie 2023, arXiv:2212.09748, section 3.2 and figure 3.</remarks>
[<RequireQualifiedAccess>]
module Modulation =

    /// <summary>LayerNorm(x)·(1 + scale) + shift of one row, number by number.</summary>
    /// <exception cref="T:System.ArgumentException">Lengths that differ, or no number.</exception>
    [<CompiledName("LayerNorm")>]
    let layerNorm (epsilon: float) (x: float[]) (shift: float[]) (scale: float[]) : float[] =
        if shift.Length <> x.Length || scale.Length <> x.Length then
            invalidArg (nameof x) $"x is {x.Length}, shift {shift.Length} and scale {scale.Length}; give one each"

        let normalized = Normalization.normalized epsilon x
        Array.map3 (fun x b s -> x + s * x + b) normalized shift scale

    /// <summary>What a block with a gate passes on: its input and the gated part of what it made of it.</summary>
    /// <exception cref="T:System.ArgumentException">Lengths that differ.</exception>
    [<CompiledName("Gated")>]
    let gated (x: float[]) (h: float[]) (gate: float[]) : float[] =
        if h.Length <> x.Length || gate.Length <> x.Length then
            invalidArg (nameof x) $"x is {x.Length}, h {h.Length} and gate {gate.Length}; give one each"

        Array.map3 (fun x h g -> x + g * h) x h gate
