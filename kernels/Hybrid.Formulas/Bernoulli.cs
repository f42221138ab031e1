using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region bernoulli-nll
/// <summary>−log p(x) of a Bernoulli variable with logit l, per dimension, in nats.</summary>
/// <remarks>
/// log(1 + e^l) − x·l: no probability is formed, so no logarithm of 0 can be. For x between 0 and 1 it is
/// the cross-entropy.
/// </remarks>
[Formula("nats per dimension", "Bishop 2006, eq. 4.90 with a = l", Flops = 2, Transcendentals = 1)]
[Argument("logit", "l", -40, 40)]
[Argument("x", "x", 0, 1)]
public readonly struct BernoulliNll : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logit, T x) where T : unmanaged, ILane<T> =>
        T.Fma(-x, logit, T.Softplus(logit));
}
#endregion

/// <summary>∂/∂l = σ(l) − x and ∂/∂x = −l.</summary>
public readonly struct BernoulliNllGrad : IGradient2<BernoulliNll>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B) Apply<T>(T logit, T x) where T : unmanaged, ILane<T> =>
        (T.Sigmoid(logit) - x, -logit);
}

/// <summary>A draw from Bernoulli(p) as a function of uniform noise u in [0, 1): 1 where u &lt; p.</summary>
[Formula("1", "inverse transform of the Bernoulli distribution", Flops = 1)]
[Argument("p", "p", 0, 1)]
[Argument("u", "u", 0, 1)]
public readonly struct BernoulliDraw : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T p, T u) where T : unmanaged, ILane<T> =>
        T.WhereLess(u, p, T.Const(1), T.Const(0));
}
