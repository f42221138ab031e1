using System.Numerics;

namespace Hybrid.Formulas;

/// <summary>Anything a formula can run on: a number, a row of numbers, a derivative, a count, a bound, a
/// text.</summary>
/// <remarks>
/// The interface is small on purpose: four operations, one fused one, and the dozen functions that the
/// equations of this field use. There are no comparisons, because most lanes have no single answer to
/// them; <see cref="WhereLess"/> chooses a value instead.
/// </remarks>
public interface ILane<T>
    : IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>,
      IDivisionOperators<T, T, T>, IUnaryNegationOperators<T, T>
    where T : unmanaged, ILane<T>
{
    /// <summary>A constant of the equation, rounded to the lane's precision.</summary>
    static abstract T Const(double value);

    /// <summary>a·b + c with one rounding.</summary>
    static abstract T Fma(T a, T b, T c);

    static abstract T Sqrt(T x);

    static abstract T Abs(T x);

    /// <summary>a where a &lt; b, else b (so b where either is NaN): the same bits on every device.</summary>
    static abstract T Min(T a, T b);

    /// <summary>a where a &gt; b, else b (so b where either is NaN): the same bits on every device.</summary>
    static abstract T Max(T a, T b);

    /// <summary><paramref name="then"/> where a &lt; b, else <paramref name="otherwise"/> (also for
    /// NaN).</summary>
    static abstract T WhereLess(T a, T b, T then, T otherwise);

    static abstract T Exp(T x);

    /// <summary>e^x − 1, accurate near 0.</summary>
    static abstract T Expm1(T x);

    static abstract T Log(T x);

    /// <summary>log(1 + x), accurate near 0.</summary>
    static abstract T Log1p(T x);

    static abstract T Tanh(T x);

    /// <summary>1 / (1 + e^−x).</summary>
    static abstract T Sigmoid(T x);

    /// <summary>log(1 + e^x).</summary>
    static abstract T Softplus(T x);

    static abstract T Erf(T x);

    /// <summary>sin 2πx: the argument counts turns, so its reduction is exact.</summary>
    static abstract T SinTurn(T x);

    /// <summary>cos 2πx: the argument counts turns, so its reduction is exact.</summary>
    static abstract T CosTurn(T x);
}

/// <summary>A float32 lane: what <see cref="LaneMath"/> needs below the arithmetic, the fields of a
/// float.</summary>
public interface IFloat32Lane<T> : ILane<T>
    where T : unmanaged, IFloat32Lane<T>
{
    /// <summary>2ⁿ for <paramref name="biased"/> = 1.5·2²³ + n, −126 ≤ n ≤ 127: n sits in the low
    /// bits.</summary>
    static abstract T PowerOfTwo(T biased);

    /// <summary>
    /// m·2ⁿ with one rounding for <paramref name="biased"/> = 1.5·2²³ + n: what is left of it may be subnormal,
    /// or ∞.
    /// </summary>
    /// <param name="m">In [0.7, 1.42).</param>
    /// <param name="biased">−150 ≤ n ≤ 129.</param>
    /// <param name="shift">
    /// For lanes without an instruction for it: k so that −126 ≤ n + k ≤ 127, and m·2ⁿ⁺ᵏ is exact.
    /// </param>
    /// <param name="back">2⁻ᵏ.</param>
    static abstract T Scale(T m, T biased, T shift, T back);

    /// <summary>m in [0.7, 1.4) with x = m·2^<see cref="Exponent"/>; x positive and normal.</summary>
    static abstract T Mantissa(T x);

    /// <summary>The exponent that goes with <see cref="Mantissa"/>, as a float.</summary>
    static abstract T Exponent(T x);
}

/// <summary>A float32 lane that loads and stores rows of memory: what host loops are written over.</summary>
public unsafe interface IVectorLane<T> : IFloat32Lane<T>
    where T : unmanaged, IVectorLane<T>
{
    /// <summary>Floats per lane: 1, 8 or 16.</summary>
    static abstract int Width { get; }

    /// <summary>The same float in every place: a matrix element or a row's adjoint.</summary>
    static abstract T Broadcast(float value);

    static abstract T Load(float* from);

    /// <summary>The first <paramref name="count"/> &lt; Width floats; zeros behind them.</summary>
    static abstract T LoadFirst(float* from, int count);

    static abstract void Store(T value, float* to);

    /// <summary>Stores only the first <paramref name="count"/> &lt; Width floats.</summary>
    static abstract void StoreFirst(T value, float* to, int count);
}
