namespace Hybrid.Theory

open System

/// <summary>N(·; Gain·given, Variance): one step of a linear-Gaussian chain.</summary>
type LinearStep = { Gain: float; Variance: float }

/// <summary>One dimension of a hierarchy whose every distribution is linear and Gaussian; z₀ is x.</summary>
type GaussianChain =
    {
        /// <summary>Of x, whose mean is 0.</summary>
        DataVariance: float
        /// <summary>q(z_t | z_{t−1}), t = 1 … T.</summary>
        Up: LinearStep[]
        /// <summary>p(z_{t−1} | z_t), t = 1 … T; p(z_T) is N(0, 1).</summary>
        Down: LinearStep[]
    }

/// <summary>−ELBO of a linear-Gaussian hierarchy by its levels, and what each level knows of x, in nats.</summary>
/// <remarks>
/// All of it follows from second moments of the chain that q makes of x. Independent dimensions add up.
/// </remarks>
[<RequireQualifiedAccess>]
module LinearHierarchy =

    let private log2Pi = log (2.0 * Math.PI)

    /// Cov(z_s, z_t) of q's chain, s ≤ t.
    let private covariance (chain: GaussianChain) s t =
        let variance =
            Seq.fold
                (fun v step -> step.Gain * step.Gain * v + step.Variance)
                chain.DataVariance
                (Seq.take s chain.Up)

        Seq.fold (fun c step -> step.Gain * c) variance chain.Up[s .. t - 1]

    let private joint chain (at: int[]) =
        Array2D.init at.Length at.Length (fun i j -> covariance chain (min at[i] at[j]) (max at[i] at[j]))

    /// E −log p(z_{t−1} | z_t).
    let private crossEntropy (chain: GaussianChain) t =
        let step = chain.Down[t - 1]
        let v = covariance chain (t - 1) (t - 1)

        let residual =
            v - 2.0 * step.Gain * covariance chain (t - 1) t
            + step.Gain ** 2.0 * covariance chain t t

        0.5 * (log2Pi + log step.Variance + residual / step.Variance)

    /// <summary>E −log p(x | z₁).</summary>
    [<CompiledName("ReconstructionNats")>]
    let reconstruction (chain: GaussianChain) : float<nat> = 1.0<nat> * crossEntropy chain 1

    /// <summary>E log q(z_t | z_{t−1}) − E log p(z_t | z_{t+1}), t = 1 … T.</summary>
    [<CompiledName("RateNats")>]
    let rate (chain: GaussianChain) (t: int) : float<nat> =
        let ofPrior =
            if t = chain.Up.Length then
                0.5 * (log2Pi + covariance chain t t)
            else
                crossEntropy chain (t + 1)

        1.0<nat> * ofPrior - Gaussian.entropy (log chain.Up[t - 1].Variance)

    /// <summary>The reconstruction and every rate.</summary>
    [<CompiledName("NegativeElboNats")>]
    let negativeElbo (chain: GaussianChain) : float<nat> =
        reconstruction chain + Seq.sumBy (rate chain) (seq { 1 .. chain.Up.Length })

    /// <summary>The chain of these steps whose p is q read backwards: the best that there is for them.</summary>
    [<CompiledName("Reversed")>]
    let reversed (dataVariance: float) (up: LinearStep[]) : GaussianChain =
        let chain =
            { DataVariance = dataVariance
              Up = up
              Down = [||] }

        let back t =
            let v, c = covariance chain t t, covariance chain (t - 1) t

            { Gain = c / v
              Variance = covariance chain (t - 1) (t - 1) - c * c / v }

        { chain with
            Down = Array.init up.Length (fun i -> back (i + 1)) }

    /// <summary>The same with steps that keep the variance of every z_t at 1: p is then x's own density.</summary>
    /// <param name="dataVariance">Of x.</param>
    /// <param name="correlations">Of z_t with z_{t−1}.</param>
    [<CompiledName("Preserving")>]
    let preserving (dataVariance: float) (correlations: float[]) : GaussianChain =
        correlations
        |> Array.mapi (fun i rho ->
            { Gain = if i = 0 then rho / sqrt dataVariance else rho
              Variance = 1.0 - rho * rho })
        |> reversed dataVariance

    /// <summary>
    /// A diffusion as a hierarchy: z₁ … z_T are its levels, from the cleanest to the noisiest, and p(z_s | z_t) is q(z_s
    /// | z_t, x) with the best denoiser's x̂ for x.
    /// </summary>
    /// <remarks>Kingma et al. 2021, arXiv:2107.00630, eq. 1 to 10; Ho et al. 2020, arXiv:2006.11239, eq. 7.</remarks>
    [<CompiledName("Diffusion")>]
    let diffusion (dataVariance: float) (logSnrs: float[]) : GaussianChain =
        let alpha l = sqrt (Elementary.sigmoid l)
        let noise l = Elementary.sigmoid -l

        let between (s, t) =
            let ratio = alpha t / alpha s
            let added = noise t - ratio * ratio * noise s
            // x̂ = λα/(α²λ + σ²)·z.
            let shrink = dataVariance * alpha t / (alpha t ** 2.0 * dataVariance + noise t)

            { Gain = ratio; Variance = added },
            { Gain = (ratio * noise s + alpha s * added * shrink) / noise t
              Variance = added * noise s / noise t }

        let first = logSnrs[0]
        let up, down = logSnrs |> Array.pairwise |> Array.map between |> Array.unzip

        { DataVariance = dataVariance
          Up =
            Array.append
                [| { Gain = alpha first
                     Variance = noise first } |]
                up
          Down =
            Array.append
                [| { Gain = 1.0 / alpha first
                     Variance = noise first / Elementary.sigmoid first } |]
                down }

    /// <summary>I(x; z at these levels together), by determinants.</summary>
    [<CompiledName("InformationNats")>]
    let information (chain: GaussianChain) (levels: int[]) : float<nat> =
        MultivariateGaussian.mutualInformation (joint chain (Array.append [| 0 |] levels)) 1

    /// <summary>I(x; z_t | z_{t+1}), and I(x; z_T) at the top, by determinants.</summary>
    [<CompiledName("ConditionalInformationNats")>]
    let conditionalInformation (chain: GaussianChain) (t: int) : float<nat> =
        if t = chain.Up.Length then
            information chain [| t |]
        else
            information chain [| t; t + 1 |] - information chain [| t + 1 |]

    /// <summary>q(z_t | x) of q's chain.</summary>
    [<CompiledName("Posterior")>]
    let posterior (chain: GaussianChain) (t: int) : LinearStep =
        let c = covariance chain 0 t

        { Gain = c / chain.DataVariance
          Variance = covariance chain t t - c * c / chain.DataVariance }

    /// <summary>
    /// The Gaussian in z_t that q(x | z_t) is proportional to, by the gain of x and its variance: what a ladder's
    /// posterior multiplies p(z_t | z_{t+1}) by.
    /// </summary>
    [<CompiledName("Evidence")>]
    let evidence (chain: GaussianChain) (t: int) : LinearStep =
        let c, v = covariance chain 0 t, covariance chain t t
        let gain = c / v

        { Gain = 1.0 / gain
          Variance = (chain.DataVariance - c * gain) / (gain * gain) }
