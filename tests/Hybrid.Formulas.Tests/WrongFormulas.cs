namespace Hybrid.Formulas.Tests;

/// <summary>KL with a wrong half, by one part in 10⁵: what a float32 comparison would let pass.</summary>
[Formula("nats per dimension", "none: deliberately wrong", Flops = 5, Transcendentals = 1)]
[Argument("mu", @"\mu", -8, 8)]
[Argument("logVar", @"\ell", -30, 20)]
public readonly struct KlWithAWrongHalf : IFormula2
{
    public static T Apply<T>(T mu, T logVar) where T : unmanaged, ILane<T> =>
        T.Const(0.50001) * T.Fma(mu, mu, T.Expm1(logVar) - logVar);
}

/// <summary>The gradient of the right KL: wrong for the wrong one, in the fifth digit.</summary>
public readonly struct KlWithAWrongHalfGrad : IGradient2<KlWithAWrongHalf>
{
    public static (T A, T B) Apply<T>(T mu, T logVar) where T : unmanaged, ILane<T> =>
        KlStandardNormalGrad.Apply(mu, logVar);
}

/// <summary>KL that cancels: the exact value of KL is outside what float32 gives here near 0.</summary>
[Formula("nats per dimension", "none: deliberately bad", Flops = 5, Transcendentals = 1)]
[Argument("mu", @"\mu", -8, 8)]
[Argument("logVar", @"\ell", -30, 20)]
public readonly struct KlThatCancels : IFormula2
{
    public static T Apply<T>(T mu, T logVar) where T : unmanaged, ILane<T> =>
        T.Const(0.5) * T.Fma(mu, mu, T.Exp(logVar) - T.Const(1) - logVar);
}

/// <summary>Gives other bits on wider lanes: it tells them apart by their width.</summary>
[Formula("1", "none: deliberately wrong", Flops = 2)]
[Argument("y", "y", -1, 1)]
public readonly struct DependsOnTheLane : IFormula1
{
    public static T Apply<T>(T x) where T : unmanaged, ILane<T> =>
        typeof(T) == typeof(F32x8) ? T.Fma(x, x, x) : x * x + x;
}
