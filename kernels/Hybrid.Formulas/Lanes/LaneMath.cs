using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>Transcendental functions of float32 lanes, written once over <c>Fma</c>.</summary>
/// <remarks>
/// Hardware approximations differ between devices; polynomials over IEEE operations do not. Every function
/// states its largest error in units in the last place (<see cref="MaxUlp"/>); the tests sample floats by
/// bit pattern and assert exactly that number. Coefficients come from <c>fit.py</c> beside this file.
/// NaN gives NaN; limits (±∞, ±0, overflow, subnormal results) are those of the exact function.
/// </remarks>
public static partial class LaneMath
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>1.5·2²³: adding it rounds to an integer, which then sits in the low bits.</summary>
    internal const float Bias = 12582912;

    const double Log2E = 1.4426950408889634;

    /// <summary>ln 2 in two parts: n·Ln2Hi is exact for |n| ≤ 2⁹.</summary>
    const double Ln2Hi = 0.693145751953125, Ln2Lo = 1.4286068203094173e-06;

    [MethodImpl(Inline)]
    static T Horner<T>(T x, double c4, double c3, double c2, double c1, double c0)
        where T : unmanaged, IFloat32Lane<T> => Horner(x, T.Const(c4), c3, c2, c1, c0);

    [MethodImpl(Inline)]
    static T Horner<T>(T x, T c4, double c3, double c2, double c1, double c0)
        where T : unmanaged, IFloat32Lane<T>
    {
        var high = T.Fma(T.Fma(c4, x, T.Const(c3)), x, T.Const(c2));
        return T.Fma(T.Fma(high, x, T.Const(c1)), x, T.Const(c0));
    }

    /// <summary>r = x − n·ln 2 in two steps, exact to the last bit of r that matters.</summary>
    [MethodImpl(Inline)]
    static T ReduceByLn2<T>(T x, T n) where T : unmanaged, IFloat32Lane<T> =>
        T.Fma(n, T.Const(-Ln2Lo), T.Fma(n, T.Const(-Ln2Hi), x));

    /// <summary>e^x, within 1.01 ulp.</summary>
    [MethodImpl(Inline)]
    public static T Exp<T>(T x) where T : unmanaged, IFloat32Lane<T>
    {
        // e^−104 rounds to 0 and e^89 to ∞; the order of the operands lets NaN through.
        var mantissa = ExpMantissa(T.Max(T.Const(-104), T.Min(T.Const(89), x)), out var biased);
        // 2ⁿ alone overflows or goes below the normal numbers before e^x does.
        return T.Scale(mantissa, biased, T.WhereLess(x, T.Const(0), T.Const(64), T.Const(-64)),
            T.WhereLess(x, T.Const(0), T.Const(TwoToMinus64), T.Const(TwoTo64)));
    }

    /// <summary>e^x for x ≤ 0.</summary>
    [MethodImpl(Inline)]
    static T ExpNotAboveZero<T>(T x) where T : unmanaged, IFloat32Lane<T>
    {
        var mantissa = ExpMantissa(T.Max(T.Const(-104), x), out var biased);
        return T.Scale(mantissa, biased, T.Const(64), T.Const(TwoToMinus64));
    }

    const double TwoTo64 = 18446744073709551616.0, TwoToMinus64 = 1 / TwoTo64;

    /// <summary>e^x·2⁻ⁿ in [0.7, 1.42) and n, as 1.5·2²³ + n.</summary>
    [MethodImpl(Inline)]
    static T ExpMantissa<T>(T x, out T biased) where T : unmanaged, IFloat32Lane<T>
    {
        biased = T.Fma(x, T.Const(Log2E), T.Const(Bias));
        var r = ReduceByLn2(x, biased - T.Const(Bias));
        var p = Horner(r, 0.0013814182, 0.00836891495, 0.0416684076, 0.166665196, 0.49999994);
        return T.Fma(p, r * r, r) + T.Const(1);
    }

    #region expm1
    /// <summary>e^x − 1, within 1.44 ulp.</summary>
    [MethodImpl(Inline)]
    public static T Expm1<T>(T x) where T : unmanaged, IFloat32Lane<T>
    {
        var clamped = T.Max(T.Const(-18), T.Min(T.Const(89), x));
        var n = T.Fma(clamped, T.Const(Log2E), T.Const(Bias)) - T.Const(Bias);
        var r = ReduceByLn2(clamped, n);
        var p = T.Fma(Horner(r, 0.000198460213, 0.00139409187, 0.00833338965, 0.0416663587, 0.166666657),
            r, T.Const(0.5));
        var q = T.Fma(p, r * r, r);
        // 2ⁿ(1 + q) − 1 = 2·(2ⁿ⁻¹·q + (2ⁿ⁻¹ − ½)), so that n = 128 stays finite.
        var scale = T.PowerOfTwo(n + T.Const(Bias - 1));
        var y = T.Fma(scale, q, scale - T.Const(0.5));
        // Below 2⁻²⁵ the answer is x itself, with its sign when it is 0.
        return T.WhereLess(T.Abs(x), T.Const(2.98023224e-8), x, y + y);
    }
    #endregion

    /// <summary>log(1 + r) + e·ln 2 for r in [−0.31, 0.4).</summary>
    [MethodImpl(Inline)]
    static T LogOfMantissa<T>(T r, T e) where T : unmanaged, IFloat32Lane<T> =>
        T.Fma(e, T.Const(Ln2Hi), r + LogTail(r, e * T.Const(Ln2Lo)));

    /// <summary>log(1 + r) − r + <paramref name="low"/>.</summary>
    [MethodImpl(Inline)]
    static T LogTail<T>(T r, T low) where T : unmanaged, IFloat32Lane<T>
    {
        var p = Horner(r, 0.0750491321, -0.120597281, 0.117754683, -0.123379394, 0.142244965);
        p = Horner(r, p, -0.16671741, 0.200020552, -0.249999464, 0.333333135);
        var square = r * r;
        return T.Fma(square, T.Const(-0.5), T.Fma(p * r, square, low));
    }

    /// <summary>log x, within 0.81 ulp.</summary>
    [MethodImpl(Inline)]
    public static T Log<T>(T x) where T : unmanaged, IFloat32Lane<T>
    {
        // Subnormal numbers are lifted by 2²³ first.
        var smallest = T.Const(1.17549435e-38);
        var lifted = T.WhereLess(x, smallest, x * T.Const(8388608), x);
        var e = T.Exponent(lifted) + T.WhereLess(x, smallest, T.Const(-23), T.Const(0));
        var y = LogOfMantissa(T.Mantissa(lifted) - T.Const(1), e);
        // 0 → −∞, below → NaN; +∞ and NaN return themselves.
        var belowOne = T.WhereLess(T.Const(0), x, y, T.WhereLess(x, T.Const(0), T.Const(double.NaN),
            T.Const(double.NegativeInfinity)));
        return T.WhereLess(x, T.Const(double.PositiveInfinity), belowOne, x);
    }

    /// <summary>log x of a positive normal number, with the bits of <see cref="Log"/>.</summary>
    [MethodImpl(Inline)]
    public static T LogOfNormal<T>(T x) where T : unmanaged, IFloat32Lane<T> =>
        LogOfMantissa(T.Mantissa(x) - T.Const(1), T.Exponent(x));

    /// <summary>log(1 + x), within 1.4 ulp.</summary>
    [MethodImpl(Inline)]
    public static T Log1p<T>(T x) where T : unmanaged, IFloat32Lane<T>
    {
        var u = x + T.Const(1);
        var e = T.Exponent(u);
        // (1 + x)·2^−e − 1 in one rounding: what u lost is still in x. e = 128 leaves 2^−128 to two factors.
        var scale = T.PowerOfTwo(T.Const(Bias + 2) - e) * T.Const(0.25);
        var y = LogOfMantissa(T.Fma(x, scale, scale - T.Const(1)), e);
        y = T.WhereLess(T.Abs(x), T.Const(5.9604645e-8), x, y);
        var inDomain = T.WhereLess(T.Const(-1), x, y, T.WhereLess(x, T.Const(-1), T.Const(double.NaN),
            T.Const(double.NegativeInfinity)));
        return T.WhereLess(x, T.Const(double.PositiveInfinity), inDomain, x);
    }

    /// <summary>tanh x = −t/(t + 2) with t = e^−2|x| − 1, and the sign of x; within 2.5 ulp.</summary>
    [MethodImpl(Inline)]
    public static T Tanh<T>(T x) where T : unmanaged, IFloat32Lane<T>
    {
        var t = Expm1(T.Abs(x) * T.Const(-2));
        var y = -t / (t + T.Const(2));
        return T.WhereLess(T.Abs(x), T.Const(2.44140625e-4), x, T.WhereLess(x, T.Const(0), -y, y));
    }

    /// <summary>1 / (1 + e^−x), within 2.41 ulp.</summary>
    [MethodImpl(Inline)]
    public static T Sigmoid<T>(T x) where T : unmanaged, IFloat32Lane<T>
    {
        var e = ExpNotAboveZero(-T.Abs(x));
        return T.WhereLess(x, T.Const(0), e, T.Const(1)) / (e + T.Const(1));
    }

    /// <summary>log(1 + e^x) = max(x, 0) + log(1 + e^−|x|), within 1.68 ulp.</summary>
    [MethodImpl(Inline)]
    public static T Softplus<T>(T x) where T : unmanaged, IFloat32Lane<T> =>
        T.Max(T.Const(0), x) + LogOnePlusUnit(ExpNotAboveZero(-T.Abs(x)));

    /// <summary>log(1 + x) for 0 ≤ x ≤ 1: as log(1 + (x − 1)/2) + ln 2 where x is not small.</summary>
    [MethodImpl(Inline)]
    static T LogOnePlusUnit<T>(T x) where T : unmanaged, IFloat32Lane<T>
    {
        var small = T.Const(0.3984375);
        var r = T.WhereLess(x, small, x, T.Fma(x, T.Const(0.5), T.Const(-0.5)));
        var tail = LogTail(r, T.WhereLess(x, small, T.Const(0), T.Const(Ln2Lo)));
        return r + tail + T.WhereLess(x, small, T.Const(0), T.Const(Ln2Hi));
    }
}
