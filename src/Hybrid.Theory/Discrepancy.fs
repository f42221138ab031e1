namespace Hybrid.Theory

/// <summary>Maximum mean discrepancy of Gaussians, MMD² = E k(x, x′) − 2 E k(x, y) + E k(y, y′) with
/// k = e^(−‖x − y‖²/2s²); no unit.</summary>
/// <remarks>Gretton et al. 2012, "A kernel two-sample test", JMLR 13, eq. 1.</remarks>
[<RequireQualifiedAccess>]
module Discrepancy =

    /// <summary>E k(x, y) of independent diagonal Gaussians.</summary>
    /// <remarks>x − y is Gaussian with the difference of the means and the sum of the variances v, and
    /// E e^(−d²/2s²) = √(s²/(s² + v))·e^(−m²/2(s² + v)) in each dimension.</remarks>
    let private meanKernel
        square
        (means: float[])
        (variances: float[])
        (means': float[])
        (variances': float[])
        =
        let mutable log = 0.0

        for i in 0 .. means.Length - 1 do
            let width = square + variances[i] + variances'[i]
            let distance = means[i] - means'[i]
            log <- log + 0.5 * (System.Math.Log(square / width) - distance * distance / width)

        exp log

    /// <summary>MMD² of N(means, diag variances) from N(0, I).</summary>
    /// <param name="square">s² of the kernel.</param>
    /// <param name="means">One for each dimension.</param>
    /// <param name="variances">One for each dimension.</param>
    /// <exception cref="T:System.ArgumentException">Lengths differ, or a width is not positive.</exception>
    [<CompiledName("FromStandardNormal")>]
    let fromStandardNormal (square: float) (means: float[]) (variances: float[]) : float =
        if means.Length <> variances.Length then
            invalidArg (nameof variances) $"{variances.Length} variances of {means.Length} means"

        if not (square > 0.0) || variances |> Array.exists (fun v -> not (v >= 0.0)) then
            invalidArg (nameof square) "s² must be positive, and no variance negative"

        let zeros, ones =
            means |> Array.map (fun _ -> 0.0), means |> Array.map (fun _ -> 1.0)

        meanKernel square means variances means variances
        - 2.0 * meanKernel square means variances zeros ones
        + meanKernel square zeros ones zeros ones
