namespace Hybrid.Theory

/// <summary>Telling the true partner from others: the contrastive bound on mutual information.</summary>
[<RequireQualifiedAccess>]
module InfoNce =

    /// <summary>−ln of the softmax probability of one score among all, in nats.</summary>
    /// <remarks>
    /// −ln(e^s⁺ / Σ e^s) as a probability: ln Σ_j e^(s_j − s⁺), each term a ratio of likelihoods.
    /// van den Oord, Li &amp; Vinyals 2018, arXiv:1807.03748, eq. 4.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException"><c>own</c> is no index of <c>scores</c>.</exception>
    [<CompiledName("NllNats")>]
    let nll (scores: float[]) (own: int) : float<nat> =
        if own < 0 || own >= scores.Length then
            invalidArg (nameof own) $"own is {own}; give an index below {scores.Length}"

        let others =
            scores
            |> Seq.indexed
            |> Seq.filter (fun (j, _) -> j <> own)
            |> Seq.map (fun (_, s) -> exp (s - scores[own]))

        1.0<nat> * Elementary.logOnePlus (Summation.neumaier others)

    /// <summary>The softmax probability of each score.</summary>
    [<CompiledName("Probabilities")>]
    let probabilities (scores: float[]) : float[] =
        Array.init scores.Length (fun j -> exp -(float (nll scores j)))

    /// <summary>ln p(y | x)/p(y) of standard normal x and y with correlation ρ: the best critic.</summary>
    /// <remarks>
    /// −½ ln(1 − ρ²) + (ρxy − ½ρ²(x² + y²))/(1 − ρ²). Its mean over pairs is the mutual information; for it
    /// InfoNCE is tight as B grows (Poole et al. 2019, arXiv:1905.06922, section 2.3).
    /// </remarks>
    /// <exception cref="T:System.ArgumentException"><c>rho</c> is not inside (−1, 1).</exception>
    [<CompiledName("BestCriticNats")>]
    let bestCritic (rho: float) (x: float) (y: float) : float<nat> =
        if not (abs rho < 1.0) then
            invalidArg (nameof rho) $"rho is {rho}; give a correlation inside (−1, 1)"

        let free = 1.0 - rho * rho

        Gaussian.mutualInformation rho
        + 1.0<nat> * (rho * x * y - 0.5 * rho * rho * (x * x + y * y)) / free
