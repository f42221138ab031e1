namespace Hybrid.Theory

/// <summary>A query looks at keys and takes the mean of their values.</summary>
[<RequireQualifiedAccess>]
module Attention =

    let private dot (a: float[]) (b: float[]) =
        if a.Length <> b.Length then
            invalidArg "keys" $"keys have {b.Length} numbers and the query {a.Length}; give as many"

        Summation.neumaier (Seq.map2 (*) a b)

    let private scores scale query (keys: float[][]) =
        if keys.Length = 0 then
            invalidArg (nameof keys) "keys are none; give at least one"

        keys |> Array.map (fun key -> scale * dot query key)

    /// <summary>The share of each key: the softmax of its scaled dot products with the query.</summary>
    /// <remarks>
    /// 1/Σ_i e^(s_i − s_j), a weight as what it is against each of the others: no maximum is taken off.
    /// Vaswani et al. 2017, arXiv:1706.03762, eq. 1.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">No key, or lengths that differ.</exception>
    [<CompiledName("Weights")>]
    let weights (scale: float) (query: float[]) (keys: float[][]) : float[] =
        let scores = scores scale query keys

        scores
        |> Array.map (fun own ->
            1.0 / Summation.neumaier (scores |> Seq.map (fun other -> exp (other - own))))

    /// <summary>The mean of the values under the weights.</summary>
    /// <remarks>Vaswani et al. 2017, arXiv:1706.03762, eq. 1, one row.</remarks>
    /// <exception cref="T:System.ArgumentException">No key, or numbers and lengths that differ.</exception>
    [<CompiledName("Output")>]
    let output (scale: float) (query: float[]) (keys: float[][]) (values: float[][]) : float[] =
        if values.Length <> keys.Length then
            invalidArg (nameof values) $"values are {values.Length} and keys {keys.Length}; give one each"

        let weights = weights scale query keys

        Array.init values[0].Length (fun d ->
            Summation.neumaier (Seq.map2 (fun w (value: float[]) -> w * value[d]) weights values))

    /// <summary>ln Σ_j e^s_j of the scores, in nats.</summary>
    /// <remarks>A score less the logarithm of its weight, whichever score it is.</remarks>
    /// <exception cref="T:System.ArgumentException">No key, or lengths that differ.</exception>
    [<CompiledName("LogSumNats")>]
    let logSum (scale: float) (query: float[]) (keys: float[][]) : float<nat> =
        let scores = scores scale query keys
        let largest = scores |> Array.indexed |> Array.maxBy snd |> fst
        1.0<nat> * scores[largest] + InfoNce.nll scores largest

    /// <summary>The adjoints of the scores, from those of the weights.</summary>
    /// <remarks>
    /// The softmax' whole Jacobian, ∂P_i/∂s_j = P_i·(δ_ij − P_j), against the adjoints of P.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">Lengths that differ.</exception>
    [<CompiledName("ScoreAdjoints")>]
    let scoreAdjoints (weights: float[]) (weightAdjoints: float[]) : float[] =
        if weightAdjoints.Length <> weights.Length then
            invalidArg
                (nameof weightAdjoints)
                $"weightAdjoints are {weightAdjoints.Length} and weights {weights.Length}; give one each"

        Array.init weights.Length (fun j ->
            Summation.neumaier (
                seq {
                    for i in 0 .. weights.Length - 1 ->
                        weightAdjoints[i] * weights[i] * ((if i = j then 1.0 else 0.0) - weights[j])
                }
            ))
