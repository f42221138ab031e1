namespace Hybrid.Theory

/// <summary>A bit through Gaussian noise: y = ±1 with equal probability, x = √γ·y + ε, ε ~ N(0, 1).</summary>
[<RequireQualifiedAccess>]
module BinaryChannel =

    /// <summary>I(x; y), in nats, by quadrature.</summary>
    /// <remarks>
    /// ln 2 − E ln(1 + e^(−2γ − 2√γ ε)): the entropy of y less what its posterior log-odds 2√γ·x leave open.
    /// ln 2 at γ = ∞; its derivative is half the least mean squared error (Guo, Shamai &amp; Verdú 2005).
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">γ is negative or not finite.</exception>
    [<CompiledName("InformationNats")>]
    let information (snr: float) : float<nat> =
        if not (snr >= 0.0 && System.Double.IsFinite snr) then
            invalidArg (nameof snr) $"snr is {snr}; give a signal-to-noise ratio of at least 0"

        let leftOpen eps =
            let odds = -2.0 * snr - 2.0 * sqrt snr * eps
            // ln(1 + e^odds) that no odds overflow.
            let soft = max odds 0.0 + Elementary.logOnePlus (exp -(abs odds))
            exp (float (Gaussian.logDensity 0.0 0.0 eps)) * soft

        1.0<nat> * (log 2.0 - Quadrature.OverReals(0.0, 1.0, leftOpen))
