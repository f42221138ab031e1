namespace Hybrid.Formulas.Tests;

/// <summary>
/// What every formula must satisfy, as functions that return null or the first fault in words: the tests
/// run them on the library, and on deliberately wrong formulas to see that they can fail.
/// </summary>
public static class FormulaChecks
{
    const int RandomPoints = 20_000;

    /// <summary>Every corner of the stated domain, then random points in it; all are floats.</summary>
    public static IEnumerable<float[]> Points(FormulaInfo f, int count = RandomPoints)
    {
        var n = f.Arguments.Count;
        var random = new Random(20250101);
        for (var corner = 0; corner < (int)Math.Pow(3, n); corner++)
        {
            var point = new float[n];
            for (int i = 0, code = corner; i < n; i++, code /= 3)
            {
                var a = f.Arguments[i];
                point[i] = Inside(a,
                    (code % 3) switch { 0 => a.From, 1 => a.To, _ => Math.Clamp(0, a.From, a.To) });
            }
            yield return point;
        }
        for (var k = 0; k < count; k++)
        {
            var point = new float[n];
            for (var i = 0; i < n; i++)
            {
                var a = f.Arguments[i];
                point[i] = Inside(a, a.From + (a.To - a.From) * random.NextDouble());
            }
            yield return point;
        }
    }

    static float Inside(ArgumentAttribute a, double x)
    {
        var y = (float)x;
        if (y < a.From) return MathF.BitIncrement(y);
        return y > a.To ? MathF.BitDecrement(y) : y;
    }

    /// <summary>The closed form equals the dual number, in double.</summary>
    /// <remarks>
    /// Both are sums of rounding errors of the same kind as float32's, at 2⁻⁵³ where <see cref="Bound32"/>
    /// has
    /// 2⁻²⁴; so the tolerance is what Bound32 says of the two expressions, scaled by 2⁻²⁹. The factor 8 is
    /// for
    /// double functions of up to 4 ulp where a float function may have as little as 0.8.
    /// </remarks>
    public static string? Gradient(FormulaInfo f, GradientInfo gradient)
    {
        foreach (var point in Points(f))
        {
            var inDouble = Array.ConvertAll(point, x => new F64(x));
            var bounded = Array.ConvertAll(point, x => new Bound32(x));
            var closed = gradient.Apply<F64>(inDouble);
            var closedBound = gradient.Apply<Bound32>(bounded);
            for (var i = 0; i < closed.Length; i++)
            {
                var dual = f.Derivative<F64>(inDouble, i).V;
                var tolerance = 8 * Math.ScaleB(f.Derivative<Bound32>(bounded, i).E + closedBound[i].E, -29);
                if (!(tolerance < 1e-9 * (1 + Math.Abs(dual))))
                    return $"{gradient.Name}[{i}] has no useful tolerance at {Show(point)}";
                if (!(Math.Abs(closed[i].V - dual) <= tolerance))
                    return $"{gradient.Name}[{i}] = {closed[i].V:R}, dual {dual:R} ± {tolerance:G3} "
                        + $"at {Show(point)}";
            }
        }
        return null;
    }

    /// <summary>A function of floats as each of the lanes computes it; a formula or one part of a
    /// gradient.</summary>
    public abstract class Lanes(string name)
    {
        public string Name => name;

        public abstract T Apply<T>(ReadOnlySpan<T> x) where T : unmanaged, ILane<T>;
    }

    public sealed class Value(FormulaInfo f) : Lanes(f.Name)
    {
        public override T Apply<T>(ReadOnlySpan<T> x) => f.Apply(x);
    }

    public sealed class Partial(GradientInfo g, int i) : Lanes($"{g.Name}[{i}]")
    {
        public override T Apply<T>(ReadOnlySpan<T> x) => g.Apply(x)[i];
    }

    public static IEnumerable<Lanes> LanesOf(FormulaInfo f)
    {
        yield return new Value(f);
        if (f.ClosedGradient is not { } gradient) yield break;
        for (var i = 0; i < f.Arguments.Count; i++) yield return new Partial(gradient, i);
    }

    /// <summary>F32 stays inside Bound32; <paramref name="worstUse"/> is the largest error ÷ bound.</summary>
    public static string? Bound(Lanes bounded, Lanes computed, IEnumerable<float[]> points,
        out double worstUse)
    {
        worstUse = 0;
        foreach (var point in points)
        {
            var bound = bounded.Apply<Bound32>(Array.ConvertAll(point, x => new Bound32(x)));
            var y = computed.Apply<F32>(Array.ConvertAll(point, x => new F32(x))).V;
            if (!double.IsFinite(bound.E)) return $"{bounded.Name} has no bound at {Show(point)}";
            if (!bound.Contains(y)) return $"{bounded.Name} = {y:R}, not {bound} at {Show(point)}";
            if (bound.E > 0) worstUse = Math.Max(worstUse, Math.Abs(y - bound.V) / bound.E);
        }
        return null;
    }

    /// <summary>F32x4, F32x8 and F32x16 give the bits of F32.</summary>
    public static unsafe string? SameBits(Lanes f, float[][] points)
    {
        var one = Array.ConvertAll(points, point => f.Apply<F32>(Array.ConvertAll(point, x => new F32(x))).V);
        return Differs<F32x4>() ?? Differs<F32x8>() ?? Differs<F32x16>();

        string? Differs<T>() where T : unmanaged, IVectorLane<T>
        {
            var row = new float[T.Width];
            var x = new T[points[0].Length];
            for (var from = 0; from + T.Width <= points.Length; from += T.Width)
                fixed (float* p = row)
                {
                    for (var i = 0; i < x.Length; i++)
                    {
                        for (var k = 0; k < T.Width; k++) row[k] = points[from + k][i];
                        x[i] = T.Load(p);
                    }
                    T.Store(f.Apply<T>(x), p);
                    for (var k = 0; k < T.Width; k++)
                        if (!Ulp.SameBits(row[k], one[from + k]))
                            return $"{f.Name} on {typeof(T).Name} = {row[k]:R}, on F32 {one[from + k]:R} "
                                + $"at {Show(points[from + k])}";
                }
            return null;
        }
    }

    public static string? Cost(FormulaInfo f)
    {
        var counted = f.Tally();
        return counted == new OperationCount(f.Flops, f.Transcendentals)
            ? null
            : $"{f.Name} states {f.Flops} flops and {f.Transcendentals} transcendentals, executes {counted}";
    }

    public static string? Statement(FormulaInfo f)
    {
        if (string.IsNullOrWhiteSpace(f.Unit)) return $"{f.Name} states no unit";
        if (string.IsNullOrWhiteSpace(f.Source)) return $"{f.Name} states no source";
        if (f.Summary == "") return $"{f.Name} has no summary";
        foreach (var a in f.Arguments)
            if (a.Name == "" || a.Tex == ""
                || !(a.From < a.To)) return $"{f.Name} states argument '{a.Name}' badly";
        var parameters = f.Type.GetMethods().Single(m => m.Name == "Apply").GetParameters().Select(p =>
            p.Name);
        return parameters.SequenceEqual(f.Arguments.Select(a => a.Name))
            ? null
            : $"{f.Name} names its arguments otherwise than its parameters";
    }

    static string Show(float[] point) => $"({string.Join(", ", point.Select(x => x.ToString("R")))})";
}
