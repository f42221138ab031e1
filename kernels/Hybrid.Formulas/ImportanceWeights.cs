using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region log-ratio
/// <summary>
/// log N(z; μ, e^ℓ) − log N(z; 0, 1): how much likelier a draw is to the posterior than to the prior.
/// </summary>
/// <remarks>½ (z² − (z − μ)² e^−ℓ − ℓ). Its mean over draws of the posterior is the KL divergence.</remarks>
[Formula("nats per dimension", "Burda, Grosse, Salakhutdinov 2016, arXiv:1509.00519, eq. 8, of two Gaussians",
    Flops = 7, Transcendentals = 1)]
[Argument("z", "z", -8, 8)]
[Argument("mu", @"\mu", -8, 8)]
[Argument("logVar", @"\ell", -10, 10)]
public readonly struct LogRatio : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T z, T mu, T logVar) where T : unmanaged, ILane<T>
    {
        var residual = z - mu;
        return T.Const(0.5) * T.Fma(-(residual * residual), T.Exp(-logVar), T.Fma(z, z, -logVar));
    }
}

/// <summary>z − (z − μ) e^−ℓ, (z − μ) e^−ℓ and ½ ((z − μ)² e^−ℓ − 1).</summary>
public readonly struct LogRatioGrad : IGradient3<LogRatio>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B, T C) Apply<T>(T z, T mu, T logVar) where T : unmanaged, ILane<T>
    {
        var residual = z - mu;
        var scaled = residual * T.Exp(-logVar);
        return (z - scaled, scaled, T.Fma(residual * scaled, T.Const(0.5), T.Const(-0.5)));
    }
}
#endregion

#region importance-nll
/// <summary>−log of the mean of K importance weights, in nats, from their sum beside the greatest.</summary>
/// <remarks>s_min − (log Σ − log K), with s = −log w and Σ = Σ_k e^(s_min − s_k) (<see cref="InfoNceTerm"/>).</remarks>
[Formula("nats", "Burda, Grosse, Salakhutdinov 2016, arXiv:1509.00519, eq. 8", Flops = 2, Transcendentals = 1)]
[Argument("sum", @"\Sigma", 1, 4096)]
[Argument("least", @"s_{\min}", -20, 200)]
[Argument("logCount", @"\log K", 0, 9)]
public readonly struct ImportanceNll : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T sum, T least, T logCount) where T : unmanaged, ILane<T> =>
        least - (T.Log(sum) - logCount);
}

/// <summary>−1/Σ, 1 and 1.</summary>
public readonly struct ImportanceNllGrad : IGradient3<ImportanceNll>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B, T C) Apply<T>(T sum, T least, T logCount) where T : unmanaged, ILane<T> =>
        (T.Const(-1) / sum, T.Const(1), T.Const(1));
}

/// <summary>A draw's share of the weights: the derivative of the bound by its s.</summary>
/// <remarks>e^(s_min − s) / Σ: the shares of a row sum to 1.</remarks>
[Formula("1", "Burda, Grosse, Salakhutdinov 2016, arXiv:1509.00519, eq. 14", Flops = 2, Transcendentals = 1)]
[Argument("surprise", "s", 100, 140)]
[Argument("least", @"s_{\min}", 80, 100)]
[Argument("sum", @"\Sigma", 1, 4096)]
public readonly struct ImportanceShare : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T surprise, T least, T sum) where T : unmanaged, ILane<T> =>
        T.Exp(least - surprise) / sum;
}
#endregion
