namespace Hybrid.Theory

open System

/// <summary>Bounds of a model with a class y that is seen for some examples alone.</summary>
/// <remarks>Kingma, Rezende, Mohamed &amp; Welling 2014, arXiv:1406.5298, section 3.1.</remarks>
[<RequireQualifiedAccess>]
module SemiSupervised =

    let private check (q: float[]) (bounds: float[]) =
        if q.Length <> bounds.Length || q.Length = 0 then
            invalidArg
                (nameof q)
                $"q has {q.Length} probabilities for {bounds.Length} classes; give one for each"

        if Array.exists (fun p -> not (p >= 0.0)) q || abs (Array.sum q - 1.0) > 1e-6 then
            invalidArg (nameof q) "q is no distribution; give numbers from 0 to 1 whose sum is 1"

    /// <summary>H[q] of one distribution, nats; 0 log 0 is 0.</summary>
    [<CompiledName("EntropyNats")>]
    let entropy (q: float[]) : float<nat> =
        1.0<nat> * Array.sumBy (fun p -> if p > 0.0 then -p * log p else 0.0) q

    /// <summary>U(x) = Σ_y q(y|x) L(x, y) − H[q(y|x)], an upper bound of −log p(x), nats (eq. 7).</summary>
    /// <exception cref="T:System.ArgumentException">q is no distribution over as many classes.</exception>
    [<CompiledName("UnlabelledBoundNats")>]
    let unlabelledBound (q: float[]) (labelledBounds: float[]) : float<nat> =
        check q labelledBounds
        1.0<nat> * Array.sum (Array.map2 (*) q labelledBounds) - entropy q

    /// <summary>The q(y|x) that makes U least: e^−L, normalised; where L is exact it is p(y|x).</summary>
    [<CompiledName("BestPrediction")>]
    let bestPrediction (labelledBounds: float[]) : float[] =
        let least = Array.min labelledBounds
        let weights = labelledBounds |> Array.map (fun l -> exp (least - l))
        let sum = Array.sum weights
        weights |> Array.map (fun w -> w / sum)

    /// <summary>What U is there: −log Σ_y e^−L(x, y), nats.</summary>
    [<CompiledName("LeastUnlabelledBoundNats")>]
    let leastUnlabelledBound (labelledBounds: float[]) : float<nat> =
        let least = Array.min labelledBounds

        1.0<nat>
        * (least - log (labelledBounds |> Array.sumBy (fun l -> exp (least - l))))

    /// <summary>I(x; y) of a classifier over equally likely examples, q(y|x) a row each: H[mean q] − mean H[q],
    /// nats.</summary>
    /// <remarks>Niloy et al. 2021, arXiv:2108.12734.</remarks>
    [<CompiledName("InformationNats")>]
    let information (q: float[][]) : float<nat> =
        let n = float q.Length

        let mean =
            Array.init q[0].Length (fun c -> q |> Array.sumBy (fun row -> row[c] / n))

        entropy mean - (Array.sumBy entropy q) / n
