using System.Globalization;
using System.Reflection;
using System.Runtime.Intrinsics;
using Hybrid.Formulas;

namespace Hybrid.Docs.Tests;

/// <summary>What formulas and lanes say about themselves.</summary>
static class LaneCounts
{
    /// <summary><c>count: formulas</c>: every formula with its equation, unit, work and source.</summary>
    public static string Formulas(BlockArguments arguments)
    {
        var table = new Table("Formula", "Equation", "Unit", "Flops", "Functions", "Source");
        foreach (var formula in FormulaCatalog.All)
        {
            var symbols = string.Join(", ", formula.Arguments.Select(argument => argument.Tex));
            var (flops, functions) = formula.Tally();
            table.Row($"`{formula.Name}`", $"$f({symbols}) = {formula.Tex()}$", formula.Unit, flops,
                functions, formula.Source);
        }
        return table.ToString();
    }

    /// <summary><c>count: ulp</c>: the error contract of each function of LaneMath.</summary>
    public static string MaxUlp(BlockArguments arguments)
    {
        var table = new Table("`LaneMath` function", "Largest error, ULP");
        foreach (var field in typeof(LaneMath.MaxUlp).GetFields(BindingFlags.Public | BindingFlags.Static))
            table.Row($"`{field.Name}`", (double)field.GetRawConstantValue()!);
        return table.ToString();
    }

    /// <summary><c>count: gradients</c>: what a gradient costs by dual numbers and in closed form.</summary>
    public static string Gradients(BlockArguments arguments)
    {
        var table = new Table(
            "Gradient of", "Flops by dual numbers", "Functions", "Flops in closed form", "Functions");
        foreach (var formula in FormulaCatalog.All.Where(formula => formula.ClosedGradient is not null))
        {
            var at = new Tally[formula.Arguments.Count];
            var dual = Tally.Of(() =>
            {
                for (var i = 0; i < at.Length; i++) formula.Derivative<Tally>(at, i);
            });
            var closed = Tally.Of(() => formula.ClosedGradient!.Apply<Tally>(at));
            table.Row($"`{formula.Name}`", dual.Flops, dual.Transcendentals, closed.Flops,
                closed.Transcendentals);
        }
        return table.ToString();
    }

    /// <summary><c>count: lanes KlStandardNormal …</c>: one formula at one point on every lane.</summary>
    public static string Lanes(BlockArguments arguments)
    {
        var name = arguments.Get("formula", "KlStandardNormal");
        var formula = FormulaCatalog.Find(name)
            ?? throw new DerivationException($"no formula is called {name}");
        var x = formula.Arguments.Select(argument => float.Parse(
            arguments.Get(argument.Name, "0"), CultureInfo.InvariantCulture)).ToArray();
        var dual = formula.Gradient([.. x.Select(value => (double)value)]);
        var (flops, functions) = formula.Tally();
        var bound = formula.Bound(x);

        var table = new Table("Lane", "What it returns");
        table.Row("`F32`", Float(formula.Apply<F32>(Map(x, v => new F32(v))).V));
        table.Row("`F32x4`", Float(Same(formula.Apply<F32x4>(Map(x, v => F32x4.Broadcast(v))).V)));
        table.Row("`F32x8`", Float(Same(formula.Apply<F32x8>(Map(x, v => F32x8.Broadcast(v))).V)));
        table.Row("`F32x16`", Float(Same(formula.Apply<F32x16>(Map(x, v => F32x16.Broadcast(v))).V)));
        table.Row("`F64`", Digits(formula.Apply<F64>(Map(x, v => new F64(v))).V, 17));
        for (var i = 0; i < dual.Length; i++)
            table.Row($"`Dual<F64>`, along `{formula.Arguments[i].Name}`", Digits(dual[i], 12));
        table.Row("`Bound32`", $"{Digits(bound.V, 12)} ± {Digits(bound.E, 3)}");
        table.Row("`Tally`", $"{flops} flops, {functions} transcendental");
        table.Row("`Tex`", $"${formula.Tex()}$");
        return table.ToString();
    }

    static T[] Map<T>(float[] x, Func<float, T> lane) => Array.ConvertAll(x, v => lane(v));

    public static string Float(float value) =>
        FormattableString.Invariant($"{value:R} (bits `{BitConverter.SingleToUInt32Bits(value):X8}`)");

    static string Digits(double value, int digits) =>
        value.ToString("G" + digits, CultureInfo.InvariantCulture);

    static float Same(Vector128<float> lane) => Vector128.EqualsAll(lane, Vector128.Create(lane[0]))
        ? lane[0]
        : throw new DerivationException("the places of a lane differ");

    static float Same(Vector256<float> lane) => Vector256.EqualsAll(lane, Vector256.Create(lane[0]))
        ? lane[0]
        : throw new DerivationException("the places of a lane differ");

    static float Same(Vector512<float> lane) => Vector512.EqualsAll(lane, Vector512.Create(lane[0]))
        ? lane[0]
        : throw new DerivationException("the places of a lane differ");
}
