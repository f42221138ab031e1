using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region cosine-log-snr
/// <summary>The cosine schedule's log signal-to-noise ratio at time t in [0, 1].</summary>
/// <remarks>
/// −2 log tan θ, where θ runs in equal steps between the angles at which it is +15 and −15, just inside
/// a quarter turn: no time is free of noise and none is free of signal.
/// </remarks>
[Formula("1", "Hoogeboom, Heek, Salimans 2023, arXiv:2301.11093, appendix A; Nichol & Dhariwal 2021, eq. 17",
    Flops = 4, Transcendentals = 4)]
[Argument("t", "t", 0, 1)]
public readonly struct CosineLogSnr : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T t) where T : unmanaged, ILane<T>
    {
        var turns = Turns(t);
        return T.Const(2) * (T.Log(T.CosTurn(turns)) - T.Log(T.SinTurn(turns)));
    }

    /// <summary>The angle of time t, as a part of a full turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Turns<T>(T t) where T : unmanaged, ILane<T> =>
        T.Fma(t, T.Const(Range), T.Const(First));

    /// <summary>arctan(e^−7.5)/2π, and what is left of a quarter turn beyond both ends.</summary>
    internal const double First = 8.802610248009964e-05, Range = 0.25 - 2 * First;
}
#endregion

/// <summary>−4π·range/(sin θ·cos θ).</summary>
public readonly struct CosineLogSnrGrad : IGradient1<CosineLogSnr>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T t) where T : unmanaged, ILane<T>
    {
        var turns = CosineLogSnr.Turns(t);
        return T.Const(-4 * Math.PI * CosineLogSnr.Range) / (T.SinTurn(turns) * T.CosTurn(turns));
    }
}

#region diffuse
/// <summary>x after the noise of log-SNR λ, with the variance of standard data preserved.</summary>
/// <remarks>z = α·x + σ·ε with α² = σ(λ) and σ² = σ(−λ): α² + σ² = 1 and log α²/σ² = λ.</remarks>
[Formula("units of x", "Kingma, Salimans, Poole, Ho 2021, arXiv:2107.00630, eq. 1 and 2",
    Flops = 5, Transcendentals = 2)]
[Argument("x", "x", -8, 8)]
[Argument("logSnr", @"\lambda", -15, 15)]
[Argument("eps", @"\varepsilon", -5.8, 5.8)]
public readonly struct Diffuse : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T logSnr, T eps) where T : unmanaged, ILane<T> =>
        Mix(x, Alpha(logSnr), Sigma(logSnr), eps);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Alpha<T>(T logSnr) where T : unmanaged, ILane<T> => T.Sqrt(T.Sigmoid(logSnr));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigma<T>(T logSnr) where T : unmanaged, ILane<T> => T.Sqrt(T.Sigmoid(-logSnr));

    /// <summary>The same with α and σ at hand: a row has one of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Mix<T>(T x, T alpha, T sigma, T eps) where T : unmanaged, ILane<T> =>
        T.Fma(alpha, x, sigma * eps);
}
#endregion

/// <summary>∂z/∂x = α, ∂z/∂λ = ½ασ(σx − αε), ∂z/∂ε = σ.</summary>
public readonly struct DiffuseGrad : IGradient3<Diffuse>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B, T C) Apply<T>(T x, T logSnr, T eps) where T : unmanaged, ILane<T>
    {
        T alpha = Diffuse.Alpha(logSnr), sigma = Diffuse.Sigma(logSnr);
        return (alpha, T.Const(0.5) * (alpha * sigma) * T.Fma(sigma, x, -(alpha * eps)), sigma);
    }
}

#region squared-error
/// <summary>(y − t)²: what a prediction y of a target t pays, per dimension.</summary>
[Formula("units of y, squared", "Ho, Jain, Abbeel 2020, arXiv:2006.11239, eq. 14", Flops = 2)]
[Argument("prediction", "y", -8, 8)]
[Argument("target", "t", -8, 8)]
public readonly struct SquaredError : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T prediction, T target) where T : unmanaged, ILane<T>
    {
        var error = prediction - target;
        return error * error;
    }
}
#endregion

/// <summary>2(y − t) and its negative.</summary>
public readonly struct SquaredErrorGrad : IGradient2<SquaredError>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B) Apply<T>(T prediction, T target) where T : unmanaged, ILane<T>
    {
        var slope = T.Const(2) * (prediction - target);
        return (slope, -slope);
    }
}

/// <summary>What a network sees of the time.</summary>
public static class TimeFeatures
{
    #region time-features
    /// <summary>sin and cos of t·f turns.</summary>
    /// <remarks>Vaswani et al. 2017, arXiv:1706.03762, section 3.5, with frequencies in turns.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Sin, T Cos) At<T>(T t, T frequency) where T : unmanaged, IFloat32Lane<T>
    {
        LaneMath.SinCosTurn(t * frequency, out var sin, out var cos);
        return (sin, cos);
    }
    #endregion
}
