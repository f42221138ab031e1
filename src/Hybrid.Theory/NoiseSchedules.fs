namespace Hybrid.Theory

/// <summary>How fast noise is added: rates β of a chain of T steps, what they leave, and its log-SNR.</summary>
[<RequireQualifiedAccess>]
module NoiseSchedules =

    let private steps (T: int) =
        if T < 2 then
            invalidArg (nameof T) $"T is {T}; give a chain at least 2 steps"

        Array.init T (fun i -> float i / float (T - 1))

    /// <summary>β of T steps, in equal steps between two values.</summary>
    /// <remarks>Ho, Jain &amp; Abbeel 2020, section 4: 10⁻⁴ to 0.02, T = 1000.</remarks>
    /// <exception cref="T:System.ArgumentException">T is below 2.</exception>
    [<CompiledName("LinearBetas")>]
    let linearBetas (first: float) (last: float) (T: int) : float[] =
        steps T |> Array.map (fun u -> (1.0 - u) * first + u * last)

    /// <summary>β of T steps whose roots lie in equal steps: Stable Diffusion's.</summary>
    /// <remarks>Rombach et al. 2022: √β from √0.00085 to √0.012, T = 1000.</remarks>
    /// <exception cref="T:System.ArgumentException">T is below 2.</exception>
    [<CompiledName("ScaledLinearBetas")>]
    let scaledLinearBetas (first: float) (last: float) (T: int) : float[] =
        steps T |> Array.map (fun u -> ((1.0 - u) * sqrt first + u * sqrt last) ** 2.0)

    /// <summary>ᾱ of the squared cosine at time t, with offset s.</summary>
    /// <remarks>Nichol &amp; Dhariwal 2021, eq. 17.</remarks>
    [<CompiledName("CosineAlphaBar")>]
    let cosineAlphaBar (s: float) (t: float) : float =
        let f t =
            cos ((t + s) / (1.0 + s) * System.Math.PI / 2.0) ** 2.0

        f t / f 0.0

    /// <summary>β of T steps that follow the squared cosine, none above 0.999.</summary>
    /// <remarks>Nichol &amp; Dhariwal 2021, section 3.2, s = 0.008.</remarks>
    [<CompiledName("CosineBetas")>]
    let cosineBetas (T: int) : float[] =
        let alphaBar i =
            cosineAlphaBar 0.008 (float i / float T)

        Array.init T (fun i -> min 0.999 (1.0 - alphaBar (i + 1) / alphaBar i))

    /// <summary>ᾱ_t = ∏ (1 − β) up to and with step t.</summary>
    [<CompiledName("AlphaBars")>]
    let alphaBars (betas: float[]) : float[] =
        betas
        |> Array.scan (fun product beta -> product * (1.0 - beta)) 1.0
        |> Array.tail

    /// <summary>ln ᾱ/(1 − ᾱ).</summary>
    [<CompiledName("LogSnr")>]
    let logSnr (alphaBar: float) : float = log (alphaBar / (1.0 - alphaBar))

    /// <summary>ᾱ at time t of noise added at a rate that grows linearly: e^−∫β.</summary>
    /// <remarks>Song et al. 2021, arXiv:2011.13456, appendix C; the integral by quadrature.</remarks>
    [<CompiledName("LinearBetaAlphaBar")>]
    let linearBetaAlphaBar (first: float) (last: float) (t: float) : float =
        let rate (s: float) = first + s * (last - first)
        exp -(Quadrature.OverInterval(0.0, t, rate))

    /// <summary>ᾱ at time t between two arguments of the logistic function.</summary>
    /// <remarks>Jabri, Fleet &amp; Chen 2022, arXiv:2212.11972.</remarks>
    [<CompiledName("SigmoidAlphaBar")>]
    let sigmoidAlphaBar (first: float) (last: float) (t: float) : float =
        let s = Elementary.sigmoid
        (s last - s (first + t * (last - first))) / (s last - s first)

    /// <summary>σ of N levels, largest first: the ρ-th roots in equal steps.</summary>
    /// <remarks>Karras et al. 2022, arXiv:2206.00364, eq. 5, without the 0 behind them.</remarks>
    [<CompiledName("KarrasSigmas")>]
    let karrasSigmas (sigmaMin: float) (sigmaMax: float) (rho: float) (N: int) : float[] =
        let root x = x ** (1.0 / rho)

        steps N
        |> Array.map (fun u -> (root sigmaMax + u * (root sigmaMin - root sigmaMax)) ** rho)

    /// <summary>A table of ᾱ whose last entry is made 0, and whose first stays.</summary>
    /// <remarks>Lin et al. 2024, arXiv:2305.08891, algorithm 1: √ᾱ shifted, then stretched.</remarks>
    [<CompiledName("ZeroTerminalSnr")>]
    let zeroTerminalSnr (alphaBars: float[]) : float[] =
        let roots = alphaBars |> Array.map sqrt
        let first, last = roots[0], Array.last roots

        roots |> Array.map (fun root -> ((root - last) * first / (first - last)) ** 2.0)
