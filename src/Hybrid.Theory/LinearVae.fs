namespace Hybrid.Theory

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.LinearAlgebra.Double

/// <summary>A linear-Gaussian VAE: q(z|x) = N(Vx + v₀, diag s), p(x|z) = N(Wz + w₀, σ²I), p(z) = N(0,
/// I).</summary>
/// <remarks>
/// Vectors are columns: a layer that computes x·A on rows [B, D] has V = Aᵀ.
/// </remarks>
type LinearVaeParameters =
    {
        /// <summary>V [K, D].</summary>
        EncoderWeights: float[,]
        /// <summary>v₀ [K].</summary>
        EncoderBias: float[]
        /// <summary>s [K], the same for every x; a variance, not its logarithm.</summary>
        PosteriorVariance: float[]
        /// <summary>W [D, K].</summary>
        DecoderWeights: float[,]
        /// <summary>w₀ [D].</summary>
        DecoderBias: float[]
        /// <summary>σ².</summary>
        DecoderVariance: float
    }

/// <summary>The exact expected account of a linear VAE over its data distribution.</summary>
type LinearVaeAccount =
    {
        /// <summary>E[−log p(x|z)], nats per sample.</summary>
        ReconstructionNats: float<nat>
        /// <summary>R = E KL(q(z|x) ‖ p(z)), nats per sample; equals I_q + KL(q(z) ‖ p(z)).</summary>
        RateNats: float<nat>
        /// <summary>E‖x − x̂‖² with sampled z and x̂ = Wz + w₀, summed over dimensions.</summary>
        SquaredError: float
        /// <summary>Reconstruction + rate, nats per sample.</summary>
        NegativeElboNats: float<nat>
        /// <summary>I_q(x; z), nats, for Gaussian x.</summary>
        MutualInformationNats: float<nat>
        /// <summary>KL(q(z) ‖ p(z)) of the aggregated posterior, nats, for Gaussian x.</summary>
        MarginalKlNats: float<nat>
        /// <summary>Latents whose posterior mean has a variance over the data above 0.01.</summary>
        ActiveUnits: int
        /// <summary>Var_x E_q[z_k], one per latent.</summary>
        PosteriorMeanVariance: float[]
    }

    /// <summary>Reconstruction + β · rate, nats per sample: what training minimises.</summary>
    member this.ObjectiveNats(beta: float) : float<nat> =
        this.ReconstructionNats + beta * this.RateNats

/// <summary>Exact expectations of a linear VAE with any parameters, trained or not: no sampling, no
/// quadrature.</summary>
[<RequireQualifiedAccess>]
module LinearVae =

    /// <summary>A latent is active when Var_x E_q[z] exceeds 0.01.</summary>
    /// <remarks>Burda, Grosse &amp; Salakhutdinov 2016, arXiv:1509.00519, section 5.2.</remarks>
    [<Literal>]
    let ActiveUnitThreshold = 0.01

    let private checkShapes (p: LinearVaeParameters) (d: int) =
        let k = p.PosteriorVariance.Length

        let finite name (values: seq<float>) =
            if not (Seq.forall Double.IsFinite values) then
                invalidArg
                    name
                    $"{name} holds NaN or an infinity; give the parameters of a run that converged"

        let matrix name rows columns (m: float[,]) =
            finite name (Seq.cast m)

            if m.GetLength 0 <> rows || m.GetLength 1 <> columns then
                invalidArg name $"{name} is {m.GetLength 0}×{m.GetLength 1}; give {rows}×{columns}"

        let vector name length (v: float[]) =
            finite name v

            if v.Length <> length then
                invalidArg name $"{name} has {v.Length} values; give {length}"

        if k = 0 then
            invalidArg (nameof p.PosteriorVariance) "PosteriorVariance is empty; give one variance per latent"

        matrix (nameof p.EncoderWeights) k d p.EncoderWeights
        matrix (nameof p.DecoderWeights) d k p.DecoderWeights
        vector (nameof p.EncoderBias) k p.EncoderBias
        vector (nameof p.DecoderBias) d p.DecoderBias

        if not (Array.forall (fun s -> s > 0.0) p.PosteriorVariance) then
            invalidArg
                (nameof p.PosteriorVariance)
                "PosteriorVariance is not positive; give s, not its logarithm"

        if not (p.DecoderVariance > 0.0) then
            invalidArg
                (nameof p.DecoderVariance)
                "DecoderVariance is not positive; give σ², not its logarithm"

    /// <summary>The exact account over zero-mean data x with the given covariance [D, D].</summary>
    /// <remarks>
    /// x − x̂ = (I − WV)x − (Wv₀ + w₀) − W√s·ε, so only second moments enter the first four figures; I_q and
    /// KL(q(z) ‖ p(z)) take x Gaussian, q(z) = N(v₀, VΣVᵀ + diag s). Lucas et al. 2019, arXiv:1911.02469.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">Shapes differ or a variance is not positive.</exception>
    [<CompiledName("Account")>]
    let account (parameters: LinearVaeParameters) (covariance: float[,]) : LinearVaeAccount =
        let sigma = Covariance.ofArray (nameof covariance) covariance
        let d = sigma.RowCount
        checkShapes parameters d

        let encoder: Matrix<float> = DenseMatrix.OfArray parameters.EncoderWeights
        let decoder: Matrix<float> = DenseMatrix.OfArray parameters.DecoderWeights
        let encoderBias: Vector<float> = DenseVector.OfArray parameters.EncoderBias
        let decoderBias: Vector<float> = DenseVector.OfArray parameters.DecoderBias
        let s = parameters.PosteriorVariance
        let k = s.Length

        let missed = DenseMatrix.CreateIdentity d - decoder * encoder
        let offset = decoder * encoderBias + decoderBias

        let squaredError =
            (missed * sigma * missed.Transpose()).Trace()
            + offset.DotProduct offset
            + Seq.sum (seq { for j in 0 .. k - 1 -> s[j] * decoder.Column(j).DotProduct(decoder.Column j) })

        let reconstruction =
            0.5<nat>
            * (float d * log (2.0 * Math.PI * parameters.DecoderVariance)
               + squaredError / parameters.DecoderVariance)

        let means = encoder * sigma * encoder.Transpose()
        let meanVariance = means.Diagonal().ToArray()

        // One latent: ½(Var μ + v₀² + s − 1 − ln s).
        let rate =
            0.5<nat>
            * Seq.sum (
                seq {
                    for j in 0 .. k - 1 ->
                        meanVariance[j]
                        + encoderBias[j] * encoderBias[j]
                        + Elementary.expAboveTangent (log s[j])
                }
            )

        // ½ ln det(S^−½ (VΣVᵀ + S) S^−½): well conditioned also where s is tiny.
        let whitened =
            DenseMatrix.Create(
                k,
                k,
                fun i j -> means[i, j] / sqrt (s[i] * s[j]) + (if i = j then 1.0 else 0.0)
            )

        let mutualInformation =
            0.5<nat>
            * (Covariance.cholesky (nameof covariance) (0.5 * (whitened + whitened.Transpose())))
                .DeterminantLn

        { ReconstructionNats = reconstruction
          RateNats = rate
          SquaredError = squaredError
          NegativeElboNats = reconstruction + rate
          MutualInformationNats = mutualInformation
          MarginalKlNats =
            MultivariateGaussian.kl
                parameters.EncoderBias
                ((means + DenseMatrix.OfDiagonalArray s).ToArray())
                (Array.zeroCreate k)
                ((DenseMatrix.CreateIdentity k).ToArray())
          ActiveUnits = meanVariance |> Seq.filter (fun v -> v > ActiveUnitThreshold) |> Seq.length
          PosteriorMeanVariance = meanVariance }

    /// <summary>One global optimum of the β-ELBO with fixed σ²: the axes of the data, largest variance
    /// first.</summary>
    /// <remarks>
    /// Active i (λ_i &gt; θ = βσ²): w_i = √(λ_i − θ) u_i, v_i = w_i/λ_i, s_i = θ/λ_i; others w = v = 0, s =
    /// 1.
    /// Every rotation of the latents that keeps the posterior diagonal is as good. Lucas et al. 2019,
    /// arXiv:1911.02469.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">β or σ² is not positive, or latents &lt; 1.</exception>
    [<CompiledName("AtOptimum")>]
    let atOptimum
        (covariance: float[,])
        (latents: int)
        (beta: float)
        (decoderVariance: float)
        : LinearVaeParameters =
        ReverseWaterFilling.check beta decoderVariance latents

        let lambda, axes =
            Covariance.ofArray (nameof covariance) covariance |> Covariance.eigen

        let theta = beta * decoderVariance
        let d = lambda.Length
        let active k = k < d && lambda[k] > theta

        let decoder i k =
            if active k then
                sqrt (lambda[k] - theta) * axes[i, k]
            else
                0.0

        { EncoderWeights =
            Array2D.init latents d (fun k i -> if active k then decoder i k / lambda[k] else 0.0)
          EncoderBias = Array.zeroCreate latents
          PosteriorVariance = Array.init latents (fun k -> if active k then theta / lambda[k] else 1.0)
          DecoderWeights = Array2D.init d latents decoder
          DecoderBias = Array.zeroCreate d
          DecoderVariance = decoderVariance }
