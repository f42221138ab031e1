namespace Hybrid.Theory

open System

/// <summary>What a linear β-VAE reaches at its global optimum on Gaussian data.</summary>
type WaterFilling =
    {
        /// <summary>β, the weight of the rate in the objective that was minimised.</summary>
        Beta: float
        /// <summary>σ², the fixed isotropic variance of the decoder.</summary>
        DecoderVariance: float
        /// <summary>θ = β σ²: variances below it are given up.</summary>
        WaterLevel: float
        /// <summary>Latents in use: min(K, #{λ_i &gt; θ}).</summary>
        ActiveUnits: int
        /// <summary>R = E KL(q(z|x) ‖ p(z)), nats per sample.</summary>
        RateNats: float<nat>
        /// <summary>I_q(x; z), nats; equals the rate, as q(z) = p(z) at the optimum.</summary>
        MutualInformationNats: float<nat>
        /// <summary>E‖x − x̂‖² with sampled z, summed over dimensions.</summary>
        SquaredError: float
        /// <summary>E[−log p(x|z)], nats per sample.</summary>
        ReconstructionNats: float<nat>
        /// <summary>Reconstruction + rate, nats per sample: the bound itself, with weight 1 whatever β
        /// is.</summary>
        NegativeElboNats: float<nat>
        /// <summary>Reconstruction + β · rate, nats per sample: what training minimises.</summary>
        ObjectiveNats: float<nat>
        /// <summary>Differential entropy of the data, nats: no −ELBO is below it.</summary>
        DataEntropyNats: float<nat>
        /// <summary>No latent is in use: θ ≥ λ_max.</summary>
        CompletelyCollapsed: bool
    }

/// <summary>The linear β-VAE with fixed decoder variance is Shannon's reverse water-filling of Gaussian
/// data.</summary>
/// <remarks>
/// Dividing the objective by β leaves a β = 1 VAE with decoder variance θ = βσ², whose optimum is
/// probabilistic PCA.
/// Cover &amp; Thomas 2006, theorem 10.3.3; Lucas, Tucker, Grosse &amp; Norouzi 2019, arXiv:1911.02469.
/// </remarks>
[<RequireQualifiedAccess>]
module ReverseWaterFilling =

    let internal check (beta: float) (decoderVariance: float) (latents: int) =
        if not (beta > 0.0 && Double.IsFinite beta) then
            invalidArg (nameof beta) $"beta is {beta}; give a positive weight"

        if not (decoderVariance > 0.0 && Double.IsFinite decoderVariance) then
            invalidArg
                (nameof decoderVariance)
                $"decoderVariance is {decoderVariance}; give a positive variance"

        if latents < 0 then
            invalidArg (nameof latents) $"latents is {latents}; give at least 0"

    /// <summary>Does every latent collapse at the optimum? θ = βσ² ≥ λ_max.</summary>
    [<CompiledName("CollapsesCompletely")>]
    let collapsesCompletely (eigenvalues: float[]) (beta: float) (decoderVariance: float) : bool =
        beta * decoderVariance >= Array.max eigenvalues

    /// <summary>The optimum for data with variances λ along its axes, with at most <c>latents</c>
    /// latents.</summary>
    /// <remarks>
    /// Active: the largest λ_i &gt; θ = βσ². R = I_q = ½ Σ_active ln(λ_i/θ);
    /// E‖x − x̂‖² = Σ_active θ + Σ_others λ_i; reconstruction = (D/2) ln 2πσ² + E‖x − x̂‖²/2σ².
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">A variance or β is not positive, or latents &lt;
    /// 0.</exception>
    [<CompiledName("AtOptimum")>]
    let atOptimum
        (eigenvalues: float[])
        (latents: int)
        (beta: float)
        (decoderVariance: float)
        : WaterFilling =
        check beta decoderVariance latents

        if
            eigenvalues.Length = 0
            || eigenvalues |> Array.exists (fun l -> not (l > 0.0 && Double.IsFinite l))
        then
            invalidArg
                (nameof eigenvalues)
                "eigenvalues must be positive and finite; drop dimensions without variance"

        let theta = beta * decoderVariance
        let lambda = Array.sortDescending eigenvalues
        let active = lambda |> Seq.filter (fun l -> l > theta) |> Seq.length |> min latents
        let used, rest = Array.splitAt active lambda

        let rate =
            0.5<nat> * Summation.neumaier (used |> Seq.map (fun l -> log (l / theta)))

        let squaredError = float active * theta + Summation.neumaier rest

        let reconstruction =
            0.5<nat>
            * (float lambda.Length * log (2.0 * Math.PI * decoderVariance)
               + squaredError / decoderVariance)

        { Beta = beta
          DecoderVariance = decoderVariance
          WaterLevel = theta
          ActiveUnits = active
          RateNats = rate
          MutualInformationNats = rate
          SquaredError = squaredError
          ReconstructionNats = reconstruction
          NegativeElboNats = reconstruction + rate
          ObjectiveNats = reconstruction + beta * rate
          DataEntropyNats = MultivariateGaussian.entropyDiagonal (Array.map log lambda)
          CompletelyCollapsed = active = 0 }
