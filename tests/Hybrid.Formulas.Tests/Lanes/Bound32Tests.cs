namespace Hybrid.Formulas.Tests;

/// <summary>The promise of <see cref="Bound32"/>: whatever float32 does, it does inside.</summary>
[TestFixture]
public class Bound32Tests
{
    const double Inf = double.PositiveInfinity;

    /// <summary>An operation of one or two arguments, on any lane.</summary>
    abstract class Operation(string name, int arity, float from, float to)
    {
        public int Arity => arity;

        public float From => from;

        public float To => to;

        public abstract T Apply<T>(T a, T b) where T : unmanaged, ILane<T>;

        public override string ToString() => name;
    }

    sealed class Operation<TFormula>(string name, int arity, float from, float to) : Operation(name, arity, from, to)
        where TFormula : IFormula2
    {
        public override T Apply<T>(T a, T b) => TFormula.Apply(a, b);
    }

    readonly struct Add : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => a + b; }

    readonly struct Subtract : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => a - b; }

    readonly struct Multiply : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => a * b; }

    readonly struct Divide : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => a / b; }

    readonly struct Fuse : IFormula2
    {
        public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Fma(a, b, a);
    }

    readonly struct Least : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Min(a, b); }

    readonly struct Most : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Max(a, b); }

    readonly struct Choose : IFormula2
    {
        public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.WhereLess(a, b, a + a, b * b);
    }

    readonly struct Root : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Sqrt(a); }

    readonly struct Size : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Abs(a); }

    readonly struct E : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Exp(a); }

    readonly struct Em1 : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Expm1(a); }

    readonly struct Ln : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Log(a); }

    readonly struct Ln1 : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Log1p(a); }

    readonly struct Th : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Tanh(a); }

    readonly struct Sig : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Sigmoid(a); }

    readonly struct Plus : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Softplus(a); }

    readonly struct Er : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Erf(a); }

    readonly struct Sine : IFormula2 { public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.SinTurn(a); }

    readonly struct Cosine : IFormula2
    {
        public static T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.CosTurn(a);
    }

    static readonly Operation[] Operations =
    [
        new Operation<Add>("a + b", 2, -100, 100), new Operation<Subtract>("a - b", 2, -100, 100),
        new Operation<Multiply>("a * b", 2, -100, 100), new Operation<Divide>("a / b", 2, 0.01f, 100),
        new Operation<Fuse>("fma(a, b, a)", 2, -100, 100), new Operation<Least>("min", 2, -1, 1),
        new Operation<Most>("max", 2, -1, 1), new Operation<Choose>("where a < b", 2, -1, 1),
        new Operation<Root>("sqrt", 1, 0, 100), new Operation<Size>("abs", 1, -1, 1),
        new Operation<E>("exp", 1, -103, 88), new Operation<Em1>("expm1", 1, -20, 88),
        new Operation<Ln>("log", 1, 1e-6f, 100), new Operation<Ln1>("log1p", 1, -0.999f, 100),
        new Operation<Th>("tanh", 1, -10, 10), new Operation<Sig>("sigmoid", 1, -100, 30),
        new Operation<Plus>("softplus", 1, -100, 30), new Operation<Er>("erf", 1, -5, 5),
        new Operation<Sine>("sin turn", 1, -3, 3), new Operation<Cosine>("cos turn", 1, -3, 3),
    ];

    /// <summary>
    /// Inputs that carry an error: float arguments are moved anywhere in [v − e, v + e], to its ends too, and
    /// the float result must stay inside the bound of the interval.
    /// </summary>
    [TestCaseSource(nameof(Operations))]
    public void Contains_float32_for_every_argument_in_the_interval(object operation)
    {
        var f = (Operation)operation;
        var random = new Random(7);
        for (var k = 0; k < 100_000; k++)
        {
            var (a, aMoved) = Interval();
            var (b, bMoved) = Interval();
            var bound = f.Apply(a, b);
            var y = f.Apply(new F32(aMoved), new F32(bMoved)).V;
            Assert.That(bound.Contains(y), $"{f} at {a}, {b}: {y:R} is outside {bound}");
        }

        (Bound32, float) Interval()
        {
            var v = f.From + (f.To - f.From) * random.NextDouble();
            var e = random.Next(4) == 0 ? 0 : Math.Pow(10, -8 + 6 * random.NextDouble()) * Math.Abs(v);
            var at = random.Next(3) switch { 0 => -1, 1 => 1, _ => 2 * random.NextDouble() - 1 };
            var moved = (float)(v + at * e);
            return (new(v, Math.Max(e, Math.Abs(moved - v))), moved);
        }
    }

    [Test]
    public void An_exact_input_has_no_error_and_an_inexact_constant_has_its_own() => Assert.Multiple(() =>
    {
        Assert.That(new Bound32(0.1f).E, Is.Zero);
        Assert.That(Bound32.Const(0.5).E, Is.Zero);
        Assert.That(Bound32.Const(0.1).E, Is.EqualTo(Math.Abs(0.1f - 0.1)));
    });

    [Test]
    public void Underflow_is_covered()
    {
        const float Tiny = 3e-30f;
        var bound = new Bound32(Tiny) * new Bound32(Tiny);
        Assert.Multiple(() =>
        {
            Assert.That(bound.Contains(Tiny * Tiny));
            Assert.That(bound.E, Is.InRange(Math.ScaleB(1, -150), Math.ScaleB(1.001, -150)));
        });
    }

    [Test]
    public void No_promise_is_made_where_float32_may_overflow_or_leave_the_domain() => Assert.Multiple(() =>
    {
        Assert.That((new Bound32(1e30) * new Bound32(1e30)).E, Is.EqualTo(Inf));
        Assert.That(Bound32.Exp(new(89)).E, Is.EqualTo(Inf));
        Assert.That(Bound32.Log(new(1e-6, 1e-6)).E, Is.EqualTo(Inf));
        Assert.That(Bound32.Log1p(new(-1)).E, Is.EqualTo(Inf));
        Assert.That(Bound32.Sqrt(new(1e-6, 1e-5)).E, Is.EqualTo(Inf));
        Assert.That((new Bound32(1) / new Bound32(1e-6, 1e-6)).E, Is.EqualTo(Inf));
        Assert.That(Bound32.SinTurn(new(2e6)).E, Is.EqualTo(Inf));
        Assert.That((new Bound32(double.NaN) + new Bound32(1)).E, Is.EqualTo(Inf));
        Assert.That(Bound32.Sum([new(3e38), new(3e38), new(-3e38)]).E, Is.EqualTo(Inf));
    });

    [Test]
    public void An_undecided_choice_takes_the_hull_of_both_branches()
    {
        Bound32 a = new(0, 0.1), b = new(0.05, 0);
        var undecided = Bound32.WhereLess(a, b, new(1, 0.5), new(4, 0.25));
        var decided = Bound32.WhereLess(new(-1, 0.1), b, new(1, 0.5), new(4, 0.25));
        Assert.Multiple(() =>
        {
            Assert.That((undecided.V, undecided.E), Is.EqualTo((1, 3.25)));
            Assert.That((decided.V, decided.E), Is.EqualTo((1, 0.5)));
        });
    }

    /// <summary>Forwards, backwards, as a tree, and as a chain of fused steps.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(1000)]
    public void A_sum_stays_inside_in_any_order(int n)
    {
        var random = new Random(3);
        var terms = Enumerable.Range(0, n).Select(_ => (float)(random.NextDouble() - 0.3)).ToArray();
        var bound = Bound32.Sum(n, i => new(terms[i]));
        var products = Bound32.Sum(n, i => new Bound32(terms[i]) * new Bound32(terms[n - 1 - i]));
        float forwards = 0, backwards = 0, fused = 0;
        for (var i = 0; i < n; i++)
        {
            forwards += terms[i];
            backwards += terms[n - 1 - i];
            fused = MathF.FusedMultiplyAdd(terms[i], terms[n - 1 - i], fused);
        }
        Assert.Multiple(() =>
        {
            Assert.That(bound.Contains(forwards));
            Assert.That(bound.Contains(backwards));
            Assert.That(bound.Contains(Tree(terms)));
            Assert.That(products.Contains(fused));
            Assert.That(bound.E, Is.LessThanOrEqualTo(1.001 * (n - 1) * 5.97e-8 * terms.Sum(Math.Abs)));
        });
    }

    static float Tree(ReadOnlySpan<float> x) =>
        x.Length == 1 ? x[0] : Tree(x[..(x.Length / 2)]) + Tree(x[(x.Length / 2)..]);
}
