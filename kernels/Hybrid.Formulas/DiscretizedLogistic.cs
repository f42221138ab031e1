using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region discretized-logistic-nll
/// <summary>−log P(x) of one of 256 grey values: the part of a logistic density in the value's bin.</summary>
/// <remarks>
/// P = σ(u) − σ(l) with u, l = (x ± δ − μ)/s, s = e^ℓ and half a bin δ = 1/510; the bins of 0 and 1 reach to ∓∞.
/// As a product it is σ(u)·σ(−l)·(1 − e^(l − u)), so no difference of two sigmoids is formed, which would be 0
/// where x lies far from μ. x is a multiple of 1/255.
/// </remarks>
[Formula("nats per dimension", "Salimans et al. 2017, arXiv:1701.05517, section 2.1",
    Flops = 11, Transcendentals = 5)]
[Argument("x", "x", 0, 1)]
[Argument("mu", @"\mu", -0.5, 1.5)]
[Argument("logScale", @"\ell", -9, 3)]
public readonly struct DiscretizedLogisticNll : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T mu, T logScale) where T : unmanaged, ILane<T>
    {
        var rate = T.Exp(-T.Max(logScale, T.Const(DiscretizedLogistic.LeastLogScale)));
        var residual = x - mu;
        var below = T.Softplus(-((residual + T.Const(DiscretizedLogistic.HalfBin)) * rate));
        var above = T.Softplus((residual - T.Const(DiscretizedLogistic.HalfBin)) * rate);
        var within = T.Log(-T.Expm1(T.Const(-2 * DiscretizedLogistic.HalfBin) * rate));
        var inner = below + above - within;
        return DiscretizedLogistic.AtEdges(x, below, above, inner);
    }
}
#endregion

/// <summary>∂/∂x, ∂/∂μ and ∂/∂ℓ; below the least scale ∂/∂ℓ is 0.</summary>
public readonly struct DiscretizedLogisticNllGrad : IGradient3<DiscretizedLogisticNll>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B, T C) Apply<T>(T x, T mu, T logScale) where T : unmanaged, ILane<T>
    {
        T zero = T.Const(0), least = T.Const(DiscretizedLogistic.LeastLogScale);
        var rate = T.Exp(-T.Max(logScale, least));
        var residual = x - mu;
        var upper = (residual + T.Const(DiscretizedLogistic.HalfBin)) * rate;
        var lower = (residual - T.Const(DiscretizedLogistic.HalfBin)) * rate;
        var width = T.Const(2 * DiscretizedLogistic.HalfBin) * rate;
        T below = T.Sigmoid(-upper), above = T.Sigmoid(lower);
        var dMu = rate * DiscretizedLogistic.AtEdges(x, below, -above, below - above);
        var slope = DiscretizedLogistic.AtEdges(
            x, upper * below, -lower * above,
            T.Fma(upper, below, T.Fma(-lower, above, width / T.Expm1(width))));
        return (-dMu, dMu, T.WhereLess(least, logScale, slope, zero));
    }
}

#region clamped-logistic-mean
/// <summary>The mean of a logistic variable whose values below 0 and above 1 count as 0 and 1.</summary>
/// <remarks>
/// ∫₀¹ σ((μ − t)/s) dt. The mean of the 256 values is this integral by the midpoint rule, so the two differ by less
/// than half a bin at any scale, and by less than h²/(16 s), h = 1/255.
/// </remarks>
[Formula("1", "E[max(0, min(1, X))] = ∫₀¹ P(X > t) dt", Flops = 6, Transcendentals = 4)]
[Argument("mu", @"\mu", -0.5, 1.5)]
[Argument("logScale", @"\ell", -9, 3)]
public readonly struct ClampedLogisticMean : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T mu, T logScale) where T : unmanaged, ILane<T>
    {
        var kept = T.Max(logScale, T.Const(DiscretizedLogistic.LeastLogScale));
        var rate = T.Exp(-kept);
        return T.Exp(kept) * (T.Softplus(mu * rate) - T.Softplus((mu - T.Const(1)) * rate));
    }
}
#endregion

/// <summary>Grey values k/255 and their bins.</summary>
public static class DiscretizedLogistic
{
    /// <summary>Half the distance of two grey values.</summary>
    public const double HalfBin = 1.0 / 510;

    /// <summary>
    /// log of the least scale: e⁻⁷ for values in [−1, 1] (Salimans et al. 2017, their code), e⁻⁷/2 in [0, 1]. The
    /// gradient grows like 1/s, and a bin is eight such scales wide.
    /// </summary>
    public const double LeastLogScale = -7.6931471805599454;

    /// <summary>Which of three numbers goes with x: that of value 0, of 1, or of those between.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T AtEdges<T>(T x, T atZero, T atOne, T between) where T : unmanaged, ILane<T> =>
        T.WhereLess(x, T.Const(HalfBin), atZero, T.WhereLess(T.Const(1 - HalfBin), x, atOne, between));
}

/// <summary><see cref="DiscretizedLogisticNll"/>; number 0 is μ, number 1 log s.</summary>
public readonly struct DiscretizedLogisticPixel : IPixel
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static T Nll<T, TOutput>(T x, int count, TOutput output)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T> => DiscretizedLogisticNll.Apply(x, output[0], output[1]);

    [MethodImpl(Inline)]
    public static T NllWithGrad<T, TOutput>(T x, int count, TOutput output, T dNll)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T>
    {
        T mu = output[0], logScale = output[1];
        var (_, dMu, dLogScale) = DiscretizedLogisticNllGrad.Apply(x, mu, logScale);
        output.Adjoint(0, dNll * dMu);
        output.Adjoint(1, dNll * dLogScale);
        return DiscretizedLogisticNll.Apply(x, mu, logScale);
    }

    [MethodImpl(Inline)]
    public static T Mean<T, TOutput>(int count, TOutput output)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T> => ClampedLogisticMean.Apply(output[0], output[1]);
}
