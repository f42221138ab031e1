using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region continuous-bernoulli-nll
/// <summary>−log p(x) of a continuous Bernoulli variable on [0, 1] with logit l, per dimension, in nats.</summary>
/// <remarks>
/// log ((e^l − 1)/l) − x·l: the normaliser, whose singularity at l = 0 (λ = ½) is removable, less x·l. It is a
/// density, so it may be negative.
/// </remarks>
[Formula("nats per dimension", "Loaiza-Ganem & Cunningham 2019, arXiv:1907.06845, section 3, l = log λ/(1 − λ)",
    Flops = 18, Transcendentals = 2)]
[Argument("logit", "l", -40, 40)]
[Argument("x", "x", 0, 1)]
public readonly struct ContinuousBernoulliNll : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logit, T x) where T : unmanaged, ILane<T> =>
        T.Fma(-x, logit, ContinuousBernoulli.LogNormalizer(logit));
}
#endregion

/// <summary>∂/∂l = E[x] − x and ∂/∂x = −l.</summary>
public readonly struct ContinuousBernoulliNllGrad : IGradient2<ContinuousBernoulliNll>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B) Apply<T>(T logit, T x) where T : unmanaged, ILane<T> =>
        (ContinuousBernoulliMean.Apply(logit) - x, -logit);
}

#region continuous-bernoulli-mean
/// <summary>The mean of a continuous Bernoulli variable: not λ, and the derivative of its normaliser.</summary>
/// <remarks>1/(1 − e^−l) − 1/l, and ½ at l = 0.</remarks>
[Formula("1", "Loaiza-Ganem & Cunningham 2019, arXiv:1907.06845, section 3", Flops = 15, Transcendentals = 1)]
[Argument("logit", "l", -40, 40)]
public readonly struct ContinuousBernoulliMean : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logit) where T : unmanaged, ILane<T>
    {
        var square = logit * logit;
        var slope = T.Fma(square, T.Const(10 * ContinuousBernoulli.C5), T.Const(8 * ContinuousBernoulli.C4));
        slope = T.Fma(square, slope, T.Const(6 * ContinuousBernoulli.C3));
        slope = T.Fma(square, slope, T.Const(4 * ContinuousBernoulli.C2));
        slope = T.Fma(square, slope, T.Const(2 * ContinuousBernoulli.C1));
        var one = T.Const(1);
        return T.WhereLess(
            square, one, T.Fma(logit, slope, T.Const(0.5)), -one / T.Expm1(-logit) - one / logit);
    }
}
#endregion

/// <summary>log ∫₀¹ e^(lx) dx, the log-normaliser of the continuous Bernoulli's exponential family.</summary>
/// <remarks>
/// With a = |l| it is max(l, 0) + log ((1 − e^−a)/a), which is 0/0 at l = 0. For |l| &lt; 1 its Taylor series
/// stands instead, ½l + Σ_n B_2n/(2n·(2n)!)·l^2n with Bernoulli numbers B_2n. Five terms leave out less than
/// 4.5·10⁻¹¹ of the normaliser and 5.3·10⁻¹⁰ of the mean: a hundredth of a float32 rounding of ½. The division
/// never sees l = 0: what it makes there is not chosen.
/// </remarks>
public static class ContinuousBernoulli
{
    /// <summary>B_2n/(2n·(2n)!) for n = 1 … 5.</summary>
    internal const double C1 = 1.0 / 24, C2 = -1.0 / 2880, C3 = 1.0 / 181440, C4 = -1.0 / 9676800,
        C5 = 1.0 / 479001600;

    /// <summary>What the series leaves out of the log-normaliser, nats: its next term, at |l| = 1.</summary>
    public const double Truncation = 4.5e-11;

    /// <summary>What the series leaves out of the mean.</summary>
    public const double MeanTruncation = 5.3e-10;

    #region continuous-bernoulli-normalizer
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogNormalizer<T>(T logit) where T : unmanaged, ILane<T>
    {
        var square = logit * logit;
        var series = T.Fma(square, T.Const(C5), T.Const(C4));
        series = T.Fma(square, series, T.Const(C3));
        series = T.Fma(square, series, T.Const(C2));
        series = T.Fma(square, series, T.Const(C1));
        series = T.Fma(square, series, T.Const(0.5) * logit);

        var a = T.Abs(logit);
        var closed = T.Max(logit, T.Const(0)) + T.Log(-T.Expm1(-a) / a);
        return T.WhereLess(square, T.Const(1), series, closed);
    }
    #endregion
}

/// <summary><see cref="ContinuousBernoulliNll"/>; number 0 is the logit.</summary>
public readonly struct ContinuousBernoulliPixel : IPixel
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static T Nll<T, TOutput>(T x, int count, TOutput output)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T> => ContinuousBernoulliNll.Apply(output[0], x);

    [MethodImpl(Inline)]
    public static T NllWithGrad<T, TOutput>(T x, int count, TOutput output, T dNll)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T>
    {
        var logit = output[0];
        output.Adjoint(0, dNll * ContinuousBernoulliNllGrad.Apply(logit, x).A);
        return ContinuousBernoulliNll.Apply(logit, x);
    }

    [MethodImpl(Inline)]
    public static T Mean<T, TOutput>(int count, TOutput output)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T> => ContinuousBernoulliMean.Apply(output[0]);
}
