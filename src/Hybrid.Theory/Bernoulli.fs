namespace Hybrid.Theory

/// <summary>Binary variables with log-odds ℓ: P(x = 1) = σ(ℓ) = 1/(1 + e^−ℓ).</summary>
[<RequireQualifiedAccess>]
module Bernoulli =

    /// ln P(x = 1): ln σ(ℓ).
    let private logOne (logit: float) = -(Elementary.softplus -logit)

    /// ln P(x = 0): ln(1 − σ(ℓ)) = ln σ(−ℓ).
    let private logZero (logit: float) = -(Elementary.softplus logit)

    /// Σ_x P(x) f(x) over the two outcomes; an outcome of probability 0 counts nothing.
    let private expectation (logit: float) (one: float) (zero: float) =
        let term p v = if p = 0.0 then 0.0 else p * v
        term (Elementary.sigmoid logit) one + term (Elementary.sigmoid -logit) zero

    /// <summary>x ln σ(ℓ) + (1 − x) ln(1 − σ(ℓ)), in nats: log P(x) for x = 0 or 1.</summary>
    /// <remarks>
    /// Grey values between 0 and 1 give a cross-entropy, not a log-probability. Bishop 2006, eq. 2.2 and
    /// 4.59.
    /// </remarks>
    /// <exception cref="T:System.ArgumentException">x is outside [0, 1].</exception>
    [<CompiledName("LogLikelihoodNats")>]
    let logLikelihood (logit: float) (x: float) : float<nat> =
        if not (x >= 0.0 && x <= 1.0) then
            invalidArg (nameof x) $"x is {x}; give a value between 0 and 1"

        1.0<nat> * (x * logOne logit + (1.0 - x) * logZero logit)

    /// <summary>Entropy of a bit with log-odds ℓ, in nats; at most ln 2.</summary>
    /// <remarks>−Σ_x P(x) ln P(x). Cover &amp; Thomas 2006, eq. 2.5.</remarks>
    [<CompiledName("EntropyNats")>]
    let entropy (logit: float) : float<nat> =
        -1.0<nat> * expectation logit (logOne logit) (logZero logit)

    /// <summary>KL(Bernoulli(σ(ℓ_q)) ‖ Bernoulli(σ(ℓ_p))), in nats.</summary>
    /// <remarks>Σ_x Q(x) ln(Q(x)/P(x)). Cover &amp; Thomas 2006, eq. 2.26.</remarks>
    [<CompiledName("KlNats")>]
    let kl (logitQ: float) (logitP: float) : float<nat> =
        1.0<nat>
        * expectation logitQ (logOne logitQ - logOne logitP) (logZero logitQ - logZero logitP)
