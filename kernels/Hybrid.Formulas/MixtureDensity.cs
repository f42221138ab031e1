using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>log (1/N) Σ_n N(z; μ_n, diag e^ℓ_n), term by term: the density of an aggregated posterior.</summary>
/// <remarks>
/// What depends on the component alone is made once: ½e^−ℓ for each dimension and −½ Σ_d (ℓ + log 2π). A
/// pair then costs three instructions per dimension and one exponential. The sum over n streams: a running
/// maximum m and a sum s stand for s·e^m (Milakov &amp; Gimelshein 2018, arXiv:1805.02867, algorithm 3).
/// </remarks>
public static class MixtureDensity
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The m of an empty sum: below every float, and its distance from −∞ is a number.</summary>
    public const double Nothing = -3.4028234663852886e38;

    /// <summary>½e^−ℓ.</summary>
    [MethodImpl(Inline)]
    public static T HalfPrecision<T>(T logVar) where T : unmanaged, ILane<T> =>
        T.Const(0.5) * T.Exp(-logVar);

    /// <summary>−½ (ℓ + log 2π): what dimension d adds to a component's scale.</summary>
    [MethodImpl(Inline)]
    public static T ScaleTerm<T>(T logVar) where T : unmanaged, ILane<T> =>
        T.Const(-0.5) * (logVar + T.Const(GaussianNll.LogTwoPi));

    #region mixture-pair
    /// <summary>sum + (z − μ)²·½e^−ℓ.</summary>
    [MethodImpl(Inline)]
    public static T AddSquare<T>(T sum, T z, T mu, T halfPrecision) where T : unmanaged, ILane<T>
    {
        var residual = z - mu;
        return T.Fma(residual * residual, halfPrecision, sum);
    }

    /// <summary>log N(z; μ, e^ℓ) of one dimension, from its <see cref="ScaleTerm"/>.</summary>
    [MethodImpl(Inline)]
    public static T Marginal<T>(T z, T mu, T halfPrecision, T scaleTerm) where T : unmanaged, ILane<T> =>
        scaleTerm - AddSquare(T.Const(0), z, mu, halfPrecision);

    /// <summary>s·e^m + s′·e^m′ as a new (m, s); the same bits whichever comes first.</summary>
    [MethodImpl(Inline)]
    public static void Merge<T>(ref T m, ref T s, T otherM, T otherS) where T : unmanaged, ILane<T>
    {
        var e = T.Exp(-T.Abs(m - otherM));
        s = T.WhereLess(m, otherM, T.Fma(s, e, otherS), T.Fma(otherS, e, s));
        m = T.Max(m, otherM);
    }
    #endregion

    #region mixture-pull
    /// <summary>sum + w·(z − μ)·½e^−ℓ: how a component of share w pulls at z, halved.</summary>
    [MethodImpl(Inline)]
    public static T AddPull<T>(T sum, T w, T z, T mu, T halfPrecision) where T : unmanaged, ILane<T> =>
        T.Fma(w, (z - mu) * halfPrecision, sum);

    /// <summary>Σ w·(z − μ) and Σ w·(z − μ)²: what a component's adjoints are made of, a row more.</summary>
    [MethodImpl(Inline)]
    public static void AddMoments<T>(ref T first, ref T second, T w, T z, T mu)
        where T : unmanaged, ILane<T>
    {
        var residual = z - mu;
        var weighted = w * residual;
        first += weighted;
        second = T.Fma(weighted, residual, second);
    }
    #endregion

    /// <summary>dℓ from the adjoints of ½e^−ℓ and of the component's scale.</summary>
    [MethodImpl(Inline)]
    public static T LogVarGrad<T>(T halfPrecision, T dHalfPrecision, T dLogScale)
        where T : unmanaged, ILane<T> =>
        T.Fma(T.Const(-0.5), dLogScale, -(halfPrecision * dHalfPrecision));

    /// <summary>log (s·e^m / N) from log N.</summary>
    [MethodImpl(Inline)]
    public static T Result<T>(T m, T s, T logCount) where T : unmanaged, ILane<T> => m + (T.Log(s) - logCount);

    /// <summary>log N, the same bits on every machine.</summary>
    public static float LogCount(int components) => LaneMath.Log(new F32(components)).V;
}

#region responsibility
/// <summary>Component n's share of a mixture's density at a point: what its softmax gives it.</summary>
/// <remarks>e^(a − log N − L) with a = log N(z; μ_n, e^ℓ_n) and L = log (1/N) Σ_n e^a_n.</remarks>
[Formula("1", "Bishop 2006, eq. 9.23", Flops = 2, Transcendentals = 1)]
[Argument("term", "a", -20, 20)]
[Argument("logCount", @"\log N", 0, 12)]
[Argument("logDensity", "L", -20, 20)]
public readonly struct Responsibility : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T term, T logCount, T logDensity) where T : unmanaged, ILane<T> =>
        T.Exp(term - logCount - logDensity);
}
#endregion
