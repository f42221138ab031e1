namespace Hybrid.Theory

open System

/// <summary>Gaussian diffusion z = αx + σε with α² + σ² = 1, by its log signal-to-noise ratio.</summary>
[<RequireQualifiedAccess>]
module Diffusion =

    /// <summary>The cosine schedule between log-SNRs ±<c>bound</c>: −2 ln tan θ, θ linear in t.</summary>
    /// <remarks>Hoogeboom, Heek &amp; Salimans 2023, arXiv:2301.11093, appendix A.</remarks>
    /// <exception cref="T:System.ArgumentException">t is outside [0, 1].</exception>
    [<CompiledName("CosineLogSnr")>]
    let cosineLogSnr (bound: float) (t: float) : float =
        if not (t >= 0.0 && t <= 1.0) then
            invalidArg (nameof t) $"t is {t}; give a time between 0 and 1"

        let first, last = atan (exp (-0.5 * bound)), atan (exp (0.5 * bound))
        -2.0 * log (tan (first + t * (last - first)))

    /// <summary>α, the part of the data in z: √(snr/(1 + snr)).</summary>
    [<CompiledName("Alpha")>]
    let alpha (logSnr: float) : float =
        let snr = exp logSnr
        sqrt (snr / (1.0 + snr))

    /// <summary>σ, the part of the noise in z: √(1/(1 + snr)).</summary>
    [<CompiledName("Sigma")>]
    let sigma (logSnr: float) : float = sqrt (1.0 / (1.0 + exp logSnr))

    /// <summary>The least E(ε̂(z) − ε)² of one dimension of data N(0, s²).</summary>
    /// <remarks>
    /// ε and z are jointly Gaussian, so the best ε̂ is linear, σz/(α²s² + σ²), and leaves
    /// 1 − σ²/(α²s² + σ²) = α²s²/(α²s² + σ²) of ε's variance.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">The variance is negative or NaN.</exception>
    [<CompiledName("LeastNoiseError")>]
    let leastNoiseError (variance: float) (logSnr: float) : float =
        if not (variance >= 0.0) then
            invalidArg (nameof variance) $"variance is {variance}; give a number of at least 0"

        let signal = variance * exp logSnr
        signal / (signal + 1.0)

    /// <summary>Its mean over times uniform in [0, 1] of the cosine schedule, by quadrature.</summary>
    [<CompiledName("MeanLeastNoiseError")>]
    let meanLeastNoiseError (bound: float) (variance: float) : float =
        Quadrature.OverInterval(
            0.0,
            1.0,
            Func<float, float>(fun t -> leastNoiseError variance (cosineLogSnr bound t))
        )

    /// <summary>The velocity of z on the circle α = cos φ, σ = sin φ.</summary>
    /// <remarks>
    /// dz/dφ by a central difference of the circle, which is exact: sin(h)/h is divided out. Salimans &amp; Ho
    /// 2022, arXiv:2202.00512, section 4.
    /// </remarks>
    [<CompiledName("Velocity")>]
    let velocity (x: float) (eps: float) (logSnr: float) : float =
        let angle = atan (exp (-0.5 * logSnr))
        let z phi = cos phi * x + sin phi * eps
        let h = Math.PI / 4.0
        (z (angle + h) - z (angle - h)) / (2.0 * sin h)

    /// <summary>∇ log N(z; αx, σ²): the score of the noise that was added to x.</summary>
    [<CompiledName("ScoreOfNoise")>]
    let scoreOfNoise (x: float) (z: float) (logSnr: float) : float =
        (alpha logSnr * x - z) / sigma logSnr ** 2.0

    /// <summary>What EDM's network has to say: (x − c_skip·y)/c_out for y = x + sε.</summary>
    /// <remarks>Karras et al. 2022, arXiv:2206.00364, eq. 8 and table 1, with s = σ/α.</remarks>
    [<CompiledName("EdmTarget")>]
    let edmTarget (sigmaData: float) (x: float) (eps: float) (logSnr: float) : float =
        let s = exp (-0.5 * logSnr)
        let total = s * s + sigmaData * sigmaData
        let skip, out = sigmaData * sigmaData / total, s * sigmaData / sqrt total
        (x - skip * (x + s * eps)) / out

    /// <summary>Variance of q(z_t | z_s) from level s to the noisier t: σ_t² less what z_s brings.</summary>
    [<CompiledName("ForwardVariance")>]
    let forwardVariance (logSnrS: float) (logSnrT: float) : float =
        let ratio = alpha logSnrT / alpha logSnrS
        sigma logSnrT ** 2.0 - ratio ** 2.0 * sigma logSnrS ** 2.0

    /// <summary>Mean and variance of q(z_s | z_t, x), s cleaner than t: Bayes' rule for two Gaussians.</summary>
    /// <remarks>The prior N(α_s x, σ_s²), and z_t = α_t/α_s·z_s + noise: precisions add.</remarks>
    [<CompiledName("Posterior")>]
    let posterior (logSnrS: float) (logSnrT: float) (z: float) (x: float) : struct (float * float) =
        let ratio = alpha logSnrT / alpha logSnrS
        let prior, seen = sigma logSnrS ** 2.0, forwardVariance logSnrS logSnrT
        let precision = 1.0 / prior + ratio ** 2.0 / seen
        struct ((alpha logSnrS * x / prior + ratio * z / seen) / precision, 1.0 / precision)
