namespace Hybrid.Theory

/// <summary>Activation functions as their papers define them, in double precision.</summary>
[<RequireQualifiedAccess>]
module Activations =

    /// <summary>max(x, 0).</summary>
    /// <remarks>Nair &amp; Hinton, ICML 2010.</remarks>
    [<CompiledName("Relu")>]
    let relu (x: float) : float = if x > 0.0 then x else 0.0

    /// <summary>SiLU, or swish with β = 1: x/(1 + e^−x).</summary>
    /// <remarks>Elfwing, Uchibe &amp; Doya 2018, arXiv:1702.03118.</remarks>
    [<CompiledName("Silu")>]
    let silu (x: float) : float = x / (1.0 + exp -x)

    /// <summary>GELU in its exact form: x·Φ(x), not the tanh approximation.</summary>
    /// <remarks>Hendrycks &amp; Gimpel 2016, arXiv:1606.08415, section 2.</remarks>
    [<CompiledName("Gelu")>]
    let gelu (x: float) : float = x * Elementary.normalCdf x

    /// <summary>(e^x − e^−x)/(e^x + e^−x).</summary>
    [<CompiledName("Tanh")>]
    let tanh (x: float) : float = System.Math.Tanh x

    /// <summary>ln(1 + e^x).</summary>
    /// <remarks>Dugas et al., NIPS 2000.</remarks>
    [<CompiledName("Softplus")>]
    let softplus (x: float) : float = Elementary.softplus x

    /// <summary>1/(1 + e^−x).</summary>
    [<CompiledName("Sigmoid")>]
    let sigmoid (x: float) : float = Elementary.sigmoid x
