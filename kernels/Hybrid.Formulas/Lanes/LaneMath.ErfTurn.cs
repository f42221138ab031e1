using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

public static partial class LaneMath
{
    /// <summary>erf x: a polynomial in x² below 0.925, 1 − e^(−x + x·Q(x)) above; within 1.07 ulp.</summary>
    [MethodImpl(Inline)]
    public static T Erf<T>(T x) where T : unmanaged, IFloat32Lane<T>
    {
        var square = x * x;
        var p = Horner(square, 8.31710495e-05, -0.000813010614, 0.00519991666, -0.0268589463, 0.112836875);
        p = T.Fma(T.Fma(p, square, T.Const(-0.376126319)), square, T.Const(0.128379166));
        var near = T.Fma(p, x, x);

        var t = T.Min(T.Const(4), T.Abs(x));
        var q = Horner(t, -4.93807147e-06, 4.55794725e-05, 4.95952845e-05, -0.00293018064, 0.022674175);
        q = T.Fma(T.Fma(q, t, T.Const(-0.105262734)), t, T.Const(-0.635625243));
        q = T.Fma(q, t, T.Const(-0.128551751));
        var far = T.Const(1) - ExpNotAboveZero(T.Fma(q, t, -t));
        far = T.WhereLess(x, T.Const(0), -far, far);
        return T.WhereLess(T.Const(0.925), T.Abs(x), far, near);
    }

    /// <summary>sin 2πx and cos 2πx for |x| ≤ 2²⁰: the quadrant is an integer, the rest an exact float;
    /// within 1.01 ulp.</summary>
    [MethodImpl(Inline)]
    public static void SinCosTurn<T>(T x, out T sin, out T cos) where T : unmanaged, IFloat32Lane<T>
    {
        var n = NearestQuarter(x);
        SinCosOfEighth(x, n, out var s, out var c);

        // q = n mod 4 in {−2, …, 2}; odd quadrants swap sine and cosine, half of them change sign.
        var q = n - T.Const(4) * (T.Fma(n, T.Const(0.25), T.Const(Bias)) - T.Const(Bias));
        var odd = T.Abs(T.Abs(q) - T.Const(1));
        var swappedSin = T.WhereLess(odd, T.Const(0.5), c, s);
        var swappedCos = T.WhereLess(odd, T.Const(0.5), s, c);
        // sin: quadrants −1 and ±2 are negative; cos: quadrants 1 and ±2.
        var outer = T.WhereLess(T.Const(1.5), T.Abs(q), T.Const(-1), T.Const(1));
        sin = swappedSin * T.WhereLess(T.Abs(q + T.Const(1)), T.Const(0.5), T.Const(-1), outer);
        cos = swappedCos * T.WhereLess(T.Abs(q - T.Const(1)), T.Const(0.5), T.Const(-1), outer);
    }

    /// <summary>sin 2πx and cos 2πx for 0 ≤ x ≤ 1, with the bits of <see cref="SinCosTurn"/>.</summary>
    [MethodImpl(Inline)]
    public static void SinCosOfUnit<T>(T x, out T sin, out T cos) where T : unmanaged, IFloat32Lane<T>
    {
        var n = NearestQuarter(x);
        SinCosOfEighth(x, n, out var s, out var c);
        // n = 1 and 3 swap; sin is negative in 2 and 3, cos in 1 and 2.
        var odd = T.Abs(T.Abs(n - T.Const(2)) - T.Const(1));
        var swappedSin = T.WhereLess(odd, T.Const(0.5), c, s);
        var swappedCos = T.WhereLess(odd, T.Const(0.5), s, c);
        sin = swappedSin * T.WhereLess(T.Abs(n - T.Const(2.5)), T.Const(1), T.Const(-1), T.Const(1));
        cos = swappedCos * T.WhereLess(T.Abs(n - T.Const(1.5)), T.Const(1), T.Const(-1), T.Const(1));
    }

    /// <summary>4x, rounded to an integer.</summary>
    [MethodImpl(Inline)]
    static T NearestQuarter<T>(T x) where T : unmanaged, IFloat32Lane<T> =>
        T.Fma(x, T.Const(4), T.Const(Bias)) - T.Const(Bias);

    /// <summary>sin 2πr and cos 2πr of r = x − n/4, |r| ≤ 1/8.</summary>
    [MethodImpl(Inline)]
    static void SinCosOfEighth<T>(T x, T n, out T sin, out T cos) where T : unmanaged, IFloat32Lane<T>
    {
        var r = T.Fma(n, T.Const(-0.25), x);
        var square = r * r;
        var s = T.Fma(T.Fma(T.Fma(T.Const(41.4846802), square, T.Const(-76.6982956)), square,
            T.Const(81.6052094)), square, T.Const(-41.3417015));
        // 2πr with the rounding error of its product, which would be the largest of all.
        var angle = r * T.Const(TwoPiHi);
        var low = T.Fma(r, T.Const(TwoPiLo), T.Fma(r, T.Const(TwoPiHi), -angle));
        sin = angle + T.Fma(s * square, r, low);
        var c = T.Fma(T.Fma(T.Fma(T.Const(59.2292557), square, T.Const(-85.4432373)), square,
            T.Const(64.9393234)), square, T.Const(-19.7392082));
        cos = T.Fma(c, square, T.Const(1));
    }

    /// <summary>2π in two parts.</summary>
    const double TwoPiHi = 6.2831854820251465, TwoPiLo = -1.7484555314695172e-07;

    [MethodImpl(Inline)]
    public static T SinTurn<T>(T x) where T : unmanaged, IFloat32Lane<T>
    {
        SinCosTurn(x, out var sin, out _);
        return sin;
    }

    [MethodImpl(Inline)]
    public static T CosTurn<T>(T x) where T : unmanaged, IFloat32Lane<T>
    {
        SinCosTurn(x, out _, out var cos);
        return cos;
    }
}
