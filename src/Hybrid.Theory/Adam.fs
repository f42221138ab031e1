namespace Hybrid.Theory

/// <summary>Constants of Adam and AdamW, named as in the papers.</summary>
type AdamConstants =
    {
        /// <summary>α, the step size.</summary>
        Alpha: float
        /// <summary>β₁, the decay of the mean of gradients.</summary>
        Beta1: float
        /// <summary>β₂, the decay of the mean of squared gradients.</summary>
        Beta2: float
        /// <summary>ε, added to the root, outside it.</summary>
        Epsilon: float
    }

/// <summary>One parameter with its two moments after <c>Step</c> steps.</summary>
type AdamState =
    {
        /// <summary>θ_t, the parameter.</summary>
        Theta: float
        /// <summary>m_t, the biased first moment.</summary>
        M: float
        /// <summary>v_t, the biased second raw moment.</summary>
        V: float
        /// <summary>t, the number of steps taken.</summary>
        Step: int
    }

/// <summary>Adam and AdamW for one scalar parameter, line by line as printed.</summary>
[<RequireQualifiedAccess>]
module Adam =

    /// <summary>α = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸.</summary>
    /// <remarks>Kingma &amp; Ba 2015, arXiv:1412.6980, algorithm 1.</remarks>
    [<CompiledName("Defaults")>]
    let defaults =
        { Alpha = 1e-3
          Beta1 = 0.9
          Beta2 = 0.999
          Epsilon = 1e-8 }

    /// <summary>A parameter before its first step: t = 0, m = v = 0.</summary>
    [<CompiledName("Start")>]
    let start (theta: float) =
        { Theta = theta
          M = 0.0
          V = 0.0
          Step = 0 }

    /// <summary>One step of AdamW: θ ← θ − η (α m̂/(√v̂ + ε) + λ θ), all on the right from before the
    /// step.</summary>
    /// <remarks>
    /// λ is the paper's: it is not multiplied by α. PyTorch's <c>weight_decay</c> w is λ = α·w. η is the
    /// schedule
    /// multiplier, 1 without a schedule. Loshchilov &amp; Hutter 2019, arXiv:1711.05101, algorithm 2.
    /// </remarks>
    [<CompiledName("StepW")>]
    let stepW
        (c: AdamConstants)
        (lambda: float)
        (eta: float)
        (gradient: float)
        (before: AdamState)
        : AdamState =
        let t = before.Step + 1
        let m = c.Beta1 * before.M + (1.0 - c.Beta1) * gradient
        let v = c.Beta2 * before.V + (1.0 - c.Beta2) * gradient * gradient
        let mHat = m / (1.0 - pown c.Beta1 t)
        let vHat = v / (1.0 - pown c.Beta2 t)
        let update = c.Alpha * mHat / (sqrt vHat + c.Epsilon) + lambda * before.Theta

        { Theta = before.Theta - eta * update
          M = m
          V = v
          Step = t }

    /// <summary>What a gradient g is multiplied by so that ‖g‖ ≤ c: c/‖g‖ where it is longer, else 1.</summary>
    /// <remarks>Pascanu et al. 2013, arXiv:1211.5063, algorithm 1.</remarks>
    [<CompiledName("ClipFactor")>]
    let clipFactor (c: float) (gradient: float[]) =
        let norm = sqrt (Array.sumBy (fun g -> g * g) gradient)
        if norm >= c then c / norm else 1.0

    /// <summary>One step of Adam, with bias correction: θ ← θ − α m̂/(√v̂ + ε).</summary>
    /// <remarks>Kingma &amp; Ba 2015, arXiv:1412.6980, algorithm 1.</remarks>
    [<CompiledName("Step")>]
    let step (c: AdamConstants) (gradient: float) (before: AdamState) : AdamState =
        stepW c 0.0 1.0 gradient before
