using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>max(x, 0).</summary>
[Formula("1", "Nair & Hinton 2010", Flops = 1)]
[Argument("x", "x", -10, 10)]
public readonly struct Relu : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Max(x, T.Const(0));
}

/// <summary>1 where x &gt; 0, else 0: the sub-gradient 0 at the kink.</summary>
public readonly struct ReluGrad : IGradient1<Relu>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x) where T : unmanaged, ILane<T> =>
        T.WhereLess(T.Const(0), x, T.Const(1), T.Const(0));
}

/// <summary>x·σ(x).</summary>
[Formula("1", "Elfwing, Uchibe, Doya 2018, arXiv:1702.03118, eq. 5", Flops = 1, Transcendentals = 1)]
[Argument("x", "x", -20, 20)]
public readonly struct Silu : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x) where T : unmanaged, ILane<T> => x * T.Sigmoid(x);
}

/// <summary>σ(x)·(1 + x·(1 − σ(x))).</summary>
public readonly struct SiluGrad : IGradient1<Silu>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x) where T : unmanaged, ILane<T>
    {
        var sigmoid = T.Sigmoid(x);
        return T.Fma(sigmoid, x * (T.Const(1) - sigmoid), sigmoid);
    }
}

/// <summary>x·Φ(x), with the normal distribution function Φ (not its tanh approximation).</summary>
[Formula("1", "Hendrycks & Gimpel 2016, arXiv:1606.08415, section 2", Flops = 4, Transcendentals = 1)]
[Argument("x", "x", -5, 5)]
public readonly struct Gelu : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x) where T : unmanaged, ILane<T> =>
        x * T.Fma(T.Const(0.5), T.Erf(x * T.Const(SqrtHalf)), T.Const(0.5));

    internal const double SqrtHalf = 0.7071067811865476;
}

/// <summary>Φ(x) + x·φ(x).</summary>
public readonly struct GeluGrad : IGradient1<Gelu>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x) where T : unmanaged, ILane<T>
    {
        var cumulative = T.Fma(T.Const(0.5), T.Erf(x * T.Const(Gelu.SqrtHalf)), T.Const(0.5));
        var density = T.Const(InverseSqrtTwoPi) * T.Exp(x * x * T.Const(-0.5));
        return T.Fma(x, density, cumulative);
    }

    const double InverseSqrtTwoPi = 0.3989422804014327;
}

/// <summary>tanh x.</summary>
[Formula("1", "LeCun et al. 1998, section 4.4", Transcendentals = 1)]
[Argument("x", "x", -12, 12)]
public readonly struct Tanh : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Tanh(x);
}

/// <summary>1 − tanh² x.</summary>
public readonly struct TanhGrad : IGradient1<Tanh>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x) where T : unmanaged, ILane<T>
    {
        var y = T.Tanh(x);
        return T.Fma(-y, y, T.Const(1));
    }
}

/// <summary>1 / (1 + e^−x): from a logit to a probability.</summary>
[Formula("1", "Bishop 2006, eq. 4.59", Transcendentals = 1)]
[Argument("x", "x", -40, 40)]
public readonly struct Sigmoid : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Sigmoid(x);
}

/// <summary>σ(x)·(1 − σ(x)).</summary>
public readonly struct SigmoidGrad : IGradient1<Sigmoid>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Sigmoid(x) * T.Sigmoid(-x);
}

/// <summary>The activations a layer can have, and the number by which a kernel tells them apart.</summary>
public enum Activation
{
    Identity = 0,
    Relu = 1,
    Tanh = 2,
    Silu = 3,
    Gelu = 4,
    Sigmoid = 5,
}
