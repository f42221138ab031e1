namespace Hybrid.Theory

open System

/// <summary>The variational bound of a diffusion on Gaussian data with its best denoiser, by its terms.</summary>
/// <remarks>
/// Data of variances v along their axes, levels by log-SNR. Kingma et al. 2021, arXiv:2107.00630, eq. 11 to 14.
/// Everything is in nats, summed over dimensions.
/// </remarks>
[<RequireQualifiedAccess>]
module VariationalBound =

    let private sum (variances: float[]) (f: float -> float) : float<nat> =
        1.0<nat> * Summation.neumaier (variances |> Seq.map f)

    /// <summary>E KL(q(z_s | z_t, x) ‖ p(z_s | z_t)) from level t to the cleaner s.</summary>
    /// <remarks>
    /// Both are Gaussians of the same variance, and their means differ by that of x and x̂: ½(SNR_s − SNR_t)
    /// times the least squared error at t.
    /// </remarks>
    [<CompiledName("DiffusionTermNats")>]
    let diffusionTerm (variances: float[]) (logSnrS: float) (logSnrT: float) : float<nat> =
        let t = exp logSnrT
        sum variances (fun v -> 0.5 * (exp logSnrS - t) * v / (1.0 + t * v))

    /// <summary>E −log p(x | z₀) for p(x | z₀) = N(z₀/α₀, σ₀²/α₀²).</summary>
    [<CompiledName("ReconstructionNats")>]
    let reconstruction (variances: float[]) (logSnr0: float) : float<nat> =
        sum variances (fun _ -> 0.5 * (log (2.0 * Math.PI) - logSnr0 + 1.0))

    /// <summary>E KL(q(z₁ | x) ‖ N(0, 1)).</summary>
    [<CompiledName("PriorNats")>]
    let prior (variances: float[]) (logSnr1: float) : float<nat> =
        let alpha2, sigma2 = Elementary.sigmoid logSnr1, Elementary.sigmoid -logSnr1
        sum variances (fun v -> 0.5 * (alpha2 * v + sigma2 - 1.0 - log sigma2))

    /// <summary>The bound over levels from the cleanest, z₀, to the noisiest.</summary>
    [<CompiledName("TotalNats")>]
    let total (variances: float[]) (logSnrs: float[]) : float<nat> =
        let terms =
            logSnrs
            |> Seq.pairwise
            |> Seq.map (fun (s, t) -> float (diffusionTerm variances s t))

        reconstruction variances logSnrs[0]
        + 1.0<nat> * Summation.neumaier terms
        + prior variances (Array.last logSnrs)

    /// <summary>Its limit with ever more levels between the same ends, less the entropy of the data.</summary>
    /// <remarks>
    /// ½ ln(1 + σ₀²/(α₀²v)), what a decoder with noise gives away, and KL of the last level's marginal from
    /// N(0, 1).
    /// </remarks>
    [<CompiledName("LimitGapNats")>]
    let limitGap (variances: float[]) (logSnr0: float) (logSnr1: float) : float<nat> =
        sum variances (fun v ->
            let last = Elementary.sigmoid logSnr1 * v + Elementary.sigmoid -logSnr1

            0.5 * Elementary.logOnePlus (exp -logSnr0 / v)
            + float (Gaussian.klStandardNormal 0.0 (log last)))
