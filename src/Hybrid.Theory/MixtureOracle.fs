namespace Hybrid.Theory

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.LinearAlgebra.Double

/// One Gaussian in the frame of its principal axes.
type private Axes =
    { LogWeight: float
      Mean: float[]
      Variances: float[]
      Frame: float[,] }

/// What one component makes of z.
type private Part =
    { LogDensity: float
      Mean: float[]
      Variance: float
      Score: float[] }

/// <summary>Weighted Gaussians seen through z = αx + σε: all that a perfect denoiser knows, exactly.</summary>
/// <remarks>
/// Given z and the component, x is Gaussian with mean m + αΣ(α²Σ + σ²I)⁻¹(z − αm) and covariance
/// (Σ⁻¹ + α²/σ² I)⁻¹; the components share z by Bayes' rule. One eigenvalue problem per component serves all
/// levels of noise. A component's covariance may be 0 (a point), where σ is not. α and σ are free: (√γ, 1) is the
/// channel of I-MMSE, (1, σ) that of EDM, α² + σ² = 1 that of a diffusion that preserves variance.
/// </remarks>
/// <param name="weights">w [K], positive, of sum 1.</param>
/// <param name="means">m [K][D].</param>
/// <param name="covariances">Σ [K][D, D].</param>
/// <exception cref="T:System.ArgumentException">Shapes differ, weights do not sum to 1, or a covariance is not
/// symmetric and positive semi-definite.</exception>
[<Sealed>]
type MixtureOracle(weights: float[], means: float[][], covariances: float[,][]) =
    let D = if means.Length = 0 then 0 else means[0].Length

    do
        if D = 0 || weights.Length <> means.Length || weights.Length <> covariances.Length then
            invalidArg
                (nameof weights)
                $"weights has {weights.Length} values beside {means.Length} means and {covariances.Length} \
                  covariances; give one each, of a dimension or more"

        if not (abs (Array.sum weights - 1.0) < 1e-12 && Array.forall (fun w -> w > 0.0) weights) then
            invalidArg (nameof weights) "weights must be positive and sum to 1; divide them by their sum"

    let axes =
        Array.init weights.Length (fun k ->
            let sigma = Covariance.ofArray (nameof covariances) covariances[k]

            if means[k].Length <> D || sigma.RowCount <> D then
                invalidArg
                    (nameof means)
                    $"means has rows of other lengths than {D}; give one dimension to all"

            let values, frame = Covariance.eigen sigma

            if values |> Array.exists (fun v -> v < -1e-12 * abs values[0]) then
                invalidArg
                    (nameof covariances)
                    "covariances holds one with a negative eigenvalue; give E[(x − Ex)(x − Ex)ᵀ]"

            { LogWeight = log weights[k]
              Mean = means[k]
              Variances = values |> Array.map (max 0.0)
              Frame = frame.ToArray() })

    let part (alpha: float) (sigma: float) (z: float[]) (c: Axes) : Part =
        let along =
            Array.init D (fun i ->
                let mutable sum = 0.0

                for d in 0 .. D - 1 do
                    sum <- sum + c.Frame[d, i] * (z[d] - alpha * c.Mean[d])

                sum)

        let total = c.Variances |> Array.map (fun v -> alpha * alpha * v + sigma * sigma)

        let back (f: int -> float) =
            Array.init D (fun d ->
                let mutable sum = 0.0

                for i in 0 .. D - 1 do
                    sum <- sum + c.Frame[d, i] * f i

                sum)

        let mean = back (fun i -> alpha * c.Variances[i] / total[i] * along[i])

        { LogDensity =
            c.LogWeight
            - 0.5
              * Array.sum (Array.map2 (fun a t -> a * a / t + log (2.0 * Math.PI * t)) along total)
          Mean = Array.map2 (+) c.Mean mean
          Variance = Array.sum (Array.map2 (fun v t -> v * sigma * sigma / t) c.Variances total)
          Score = back (fun i -> -along[i] / total[i]) }

    /// Parts, their shares of z, and log q(z).
    let parts alpha sigma (z: float[]) =
        if z.Length <> D then
            invalidArg (nameof z) $"z has {z.Length} values; give {D}"

        let parts = axes |> Array.map (part alpha sigma z)
        let largest = parts |> Seq.map _.LogDensity |> Seq.max
        let terms = parts |> Array.map (fun p -> exp (p.LogDensity - largest))
        let sum = Array.sum terms
        parts, terms |> Array.map (fun t -> t / sum), largest + log sum

    let mixed (f: Part -> float[]) (parts: Part[]) (shares: float[]) =
        Array.init D (fun d -> Array.sum (Array.map2 (fun p r -> r * (f p)[d]) parts shares))

    /// <summary>D.</summary>
    member _.Dimensions = D

    /// <summary>log q(z), nats.</summary>
    member _.LogDensityNats(alpha: float, sigma: float, z: float[]) : float<nat> =
        let _, _, logDensity = parts alpha sigma z
        1.0<nat> * logDensity

    /// <summary>E[x | z], [D]: what the best denoiser says.</summary>
    member _.PosteriorMean(alpha: float, sigma: float, z: float[]) : float[] =
        let parts, shares, _ = parts alpha sigma z
        mixed _.Mean parts shares

    /// <summary>E[‖x − E[x | z]‖² | z]: what it must pay at z.</summary>
    member _.PosteriorVariance(alpha: float, sigma: float, z: float[]) : float =
        let parts, shares, _ = parts alpha sigma z
        let mean = mixed _.Mean parts shares

        Array.sum (
            Array.map2
                (fun p r ->
                    r
                    * (p.Variance + Array.sum (Array.map2 (fun a b -> (a - b) * (a - b)) p.Mean mean)))
                parts
                shares
        )

    /// <summary>∇ log q(z), [D].</summary>
    member _.Score(alpha: float, sigma: float, z: float[]) : float[] =
        let parts, shares, _ = parts alpha sigma z
        mixed _.Score parts shares

    /// <summary>Σ_d ∂E[x_d | z]/∂z_d = α/σ²·E[‖x − E[x | z]‖² | z]: the trace that a probability flow
    /// needs.</summary>
    /// <remarks>The posterior is an exponential family in z: its mean's derivative is its variance.</remarks>
    member this.Divergence(alpha: float, sigma: float, z: float[]) : float =
        alpha / (sigma * sigma) * this.PosteriorVariance(alpha, sigma, z)

    /// <summary>E‖x − E[x | z]‖² of one-dimensional data at z = √γ·x + ε, by quadrature.</summary>
    /// <exception cref="T:System.ArgumentException">Data of more dimensions than one.</exception>
    member this.Mmse(gamma: float) : float =
        if D <> 1 then
            invalidArg (nameof gamma) $"gamma asks for a quadrature in {D} dimensions; give data of one"

        let root = sqrt gamma

        let reach =
            axes
            |> Seq.map (fun c -> root * abs c.Mean[0] + 12.0 * sqrt (1.0 + gamma * c.Variances[0]))
            |> Seq.max

        Quadrature.OverReals(
            0.0,
            reach / 40.0,
            fun z ->
                let at = [| z |]

                exp (float (this.LogDensityNats(root, 1.0, at)))
                * this.PosteriorVariance(root, 1.0, at)
        )

    /// <summary>Differential entropy of one-dimensional data, by quadrature, nats.</summary>
    /// <exception cref="T:System.ArgumentException">Data of more dimensions than one.</exception>
    member this.EntropyNats() : float<nat> =
        if D <> 1 then
            invalidArg (nameof D) $"D is {D}; a quadrature is for data of one dimension"

        let reach =
            axes |> Seq.map (fun c -> abs c.Mean[0] + 12.0 * sqrt c.Variances[0]) |> Seq.max

        -1.0<nat>
        * Quadrature.OverReals(
            0.0,
            reach / 40.0,
            fun x ->
                let log = float (this.LogDensityNats(1.0, 0.0, [| x |]))
                if log < -700.0 then 0.0 else exp log * log
        )
