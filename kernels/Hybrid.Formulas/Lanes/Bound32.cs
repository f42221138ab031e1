namespace Hybrid.Formulas;

/// <summary>The exact value of a formula and a bound on the error that float32 makes in it.</summary>
/// <remarks>
/// Running error analysis (Higham 2002, "Accuracy and stability of numerical algorithms", section 3.3), but
/// over intervals and not to first order: where the arguments' float32 values lie in [v − e, v + e], every
/// value that <see cref="F32"/>, <see cref="F32x8"/>, <see cref="F32x16"/> or a GPU thread can return lies in
/// [<see cref="V"/> − <see cref="E"/>, V + E].
/// <list type="bullet">
/// <item>An operation rounds by at most half a float32 spacing at the largest magnitude the result can
/// have; the spacing of subnormal numbers, 2⁻¹⁴⁹, is the smallest, so underflow is covered.</item>
/// <item>A function adds its contract <see cref="LaneMath.MaxUlp"/> to the error it inherits, which for a
/// monotone function is read off at the ends of the interval.</item>
/// <item>An undecided choice takes the hull of both branches.</item>
/// <item>Where float32 can overflow or leave a function's domain, E = ∞: no promise.</item>
/// </list>
/// V is computed in double. Its own error, 2⁻²⁹ of a float32 rounding per operation, is covered by
/// <see cref="Slack"/>.
/// </remarks>
/// <param name="v">The exact value; a float32 input is exact.</param>
/// <param name="e">The largest distance of the float32 value from it.</param>
public readonly struct Bound32(double v, double e = 0) : ILane<Bound32>
{
    public readonly double V = v, E = e;

    /// <summary>Covers the rounding of V and E themselves: 2⁻²⁹ per operation would do.</summary>
    const double Slack = 1 + 1e-6;

    /// <summary>The unit roundoff 2⁻²⁴.</summary>
    const double U = 5.9604644775390625e-08;

    /// <summary>Whether a float32 result keeps the promise; always where there is none.</summary>
    public bool Contains(float y) => double.IsPositiveInfinity(E) || Math.Abs(y - V) <= E;

    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{V:R} ± {E:G3}");

    /// <summary>The sum of the terms in any order, any tree, any number of threads: γ(n−1)·Σ|tᵢ| more error.</summary>
    /// <remarks>Higham 2002, section 4.2, with γ(k) = k·u / (1 − k·u). Also holds for a chain of Fma.</remarks>
    public static Bound32 Sum(ReadOnlySpan<Bound32> terms)
    {
        double sum = 0, error = 0, magnitude = 0;
        foreach (var term in terms)
        {
            sum += term.V;
            error += term.E;
            magnitude += Math.Abs(term.V) + term.E;
        }
        var roundings = Math.Max(0, terms.Length - 1) * U;
        return roundings < 0.5 && magnitude < float.MaxValue
            ? Finite(sum, Slack * (error + roundings / (1 - roundings) * magnitude))
            : new(sum, double.PositiveInfinity);
    }

    /// <summary>The sum of <paramref name="term"/>(0) … <paramref name="term"/>(n − 1), in any order.</summary>
    public static Bound32 Sum(int n, Func<int, Bound32> term)
    {
        var terms = new Bound32[n];
        for (var i = 0; i < n; i++) terms[i] = term(i);
        return Sum(terms);
    }

    public static Bound32 Const(double value) => new(value, Math.Abs((float)value - value));

    public static Bound32 operator +(Bound32 a, Bound32 b) => Rounded(a.V + b.V, a.E + b.E);

    public static Bound32 operator -(Bound32 a, Bound32 b) => Rounded(a.V - b.V, a.E + b.E);

    public static Bound32 operator -(Bound32 a) => new(-a.V, a.E);

    public static Bound32 operator *(Bound32 a, Bound32 b) => Rounded(a.V * b.V, ProductError(a, b));

    public static Bound32 operator /(Bound32 a, Bound32 b)
    {
        var nearest = Math.Abs(b.V) - b.E;
        if (!(nearest > 0)) return new(a.V / b.V, double.PositiveInfinity);
        var ratio = a.V / b.V;
        return Rounded(ratio, (a.E + Math.Abs(ratio) * b.E) / nearest);
    }

    public static Bound32 Fma(Bound32 a, Bound32 b, Bound32 c) =>
        Rounded(Math.FusedMultiplyAdd(a.V, b.V, c.V), ProductError(a, b) + c.E);

    /// <summary>√ is steepest at the lower end: √v − √(v − e) = e / (√v + √(v − e)).</summary>
    public static Bound32 Sqrt(Bound32 x)
    {
        var root = Math.Sqrt(x.V);
        if (!(x.V - x.E >= 0)) return new(root, double.PositiveInfinity);
        return Rounded(root, x.E == 0 ? 0 : x.E / (root + Math.Sqrt(x.V - x.E)));
    }

    public static Bound32 Abs(Bound32 x) => new(Math.Abs(x.V), x.E);

    public static Bound32 Min(Bound32 a, Bound32 b) => WhereLess(a, b, a, b, Math.Max(a.E, b.E));

    public static Bound32 Max(Bound32 a, Bound32 b) => WhereLess(b, a, a, b, Math.Max(a.E, b.E));

    public static Bound32 WhereLess(Bound32 a, Bound32 b, Bound32 then, Bound32 otherwise)
    {
        var hull = Math.Abs(then.V - otherwise.V) + (a.V < b.V ? otherwise.E : then.E);
        return WhereLess(a, b, then, otherwise, Math.Max(hull, a.V < b.V ? then.E : otherwise.E));
    }

    static Bound32 WhereLess(Bound32 a, Bound32 b, Bound32 then, Bound32 otherwise, double undecided)
    {
        if (a.V + a.E < b.V - b.E) return then;
        if (a.V - a.E >= b.V + b.E) return otherwise;
        return Finite(a.V < b.V ? then.V : otherwise.V, undecided);
    }

    public static Bound32 Exp(Bound32 x) => Rising(x, Math.Exp, LaneMath.MaxUlp.Exp);

    public static Bound32 Expm1(Bound32 x) => Rising(x, DoubleMath.Expm1, LaneMath.MaxUlp.Expm1);

    public static Bound32 Log(Bound32 x) => Rising(x, Math.Log, LaneMath.MaxUlp.Log);

    public static Bound32 Log1p(Bound32 x) => Rising(x, DoubleMath.Log1p, LaneMath.MaxUlp.Log1p);

    public static Bound32 Tanh(Bound32 x) => Rising(x, Math.Tanh, LaneMath.MaxUlp.Tanh);

    public static Bound32 Sigmoid(Bound32 x) => Rising(x, DoubleMath.Sigmoid, LaneMath.MaxUlp.Sigmoid);

    public static Bound32 Softplus(Bound32 x) => Rising(x, DoubleMath.Softplus, LaneMath.MaxUlp.Softplus);

    public static Bound32 Erf(Bound32 x) => Rising(x, DoubleMath.Erf, LaneMath.MaxUlp.Erf);

    public static Bound32 SinTurn(Bound32 x) => Turning(x, double.SinPi(2 * x.V), LaneMath.MaxUlp.SinTurn);

    public static Bound32 CosTurn(Bound32 x) => Turning(x, double.CosPi(2 * x.V), LaneMath.MaxUlp.CosTurn);

    /// <summary>A rising function: the ends of the interval bound it, and its own error at the larger end.</summary>
    static Bound32 Rising(Bound32 x, Func<double, double> f, double maxUlp)
    {
        double y = f(x.V), low = x.E == 0 ? y : f(x.V - x.E), high = x.E == 0 ? y : f(x.V + x.E);
        var inherited = Math.Max(high - y, y - low);
        return Finite(y, Slack * (inherited + maxUlp * Spacing(Math.Max(Math.Abs(low), Math.Abs(high)))));
    }

    /// <summary>sin 2πx and cos 2πx move by at most 2πe, and their contract holds up to a million turns.</summary>
    static Bound32 Turning(Bound32 x, double y, double maxUlp)
    {
        var inherited = Math.Min(2, Math.Tau * x.E);
        var error = Slack * (inherited + maxUlp * Spacing(Math.Min(1, Math.Abs(y) + inherited)));
        return Finite(y, Math.Abs(x.V) + x.E <= 1048576 ? error : double.PositiveInfinity);
    }

    static double ProductError(Bound32 a, Bound32 b) =>
        Math.Abs(a.V) * b.E + Math.Abs(b.V) * a.E + a.E * b.E;

    static Bound32 Rounded(double v, double inherited) =>
        Finite(v, Slack * (inherited + 0.5 * Spacing(Slack * (Math.Abs(v) + inherited))));

    /// <summary>No promise where the float may be infinite or is not a number at all.</summary>
    static Bound32 Finite(double v, double e) =>
        new(v, Math.Abs(v) + e < float.MaxValue ? e : double.PositiveInfinity);

    /// <summary>The distance between neighbouring floats at magnitude <paramref name="y"/>.</summary>
    static double Spacing(double y) =>
        y < 1.1754943508222875e-38 ? 1.401298464324817e-45
        : y < double.PositiveInfinity ? Math.ScaleB(1, Math.ILogB(y) - 23)
        : double.PositiveInfinity;
}
