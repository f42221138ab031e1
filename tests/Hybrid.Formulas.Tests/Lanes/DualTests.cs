namespace Hybrid.Formulas.Tests;

/// <summary>Every rule of <see cref="Dual{T}"/> against a difference quotient of the values.</summary>
[TestFixture]
public class DualTests
{
    static readonly (string Name, Func<Dual<F64>, Dual<F64>> Rule, double[] At)[] Rules =
    [
        ("x + c", x => x + C(2), [0.3]), ("x - c", x => x - C(2), [0.3]), ("c - x", x => C(2) - x, [0.3]),
        ("-x", x => -x, [0.3]), ("x * x", x => x * x, [0.3]), ("x / (x + c)", x => x / (x + C(2)), [0.3, -0.7]),
        ("fma", x => Dual<F64>.Fma(x, x, x), [0.3]), ("fma of a product", x => Dual<F64>.Fma(C(3), x * x, x), [0.3]),
        ("sqrt", Dual<F64>.Sqrt, [0.3, 4]), ("abs", Dual<F64>.Abs, [0.3, -0.3]),
        ("min", x => Dual<F64>.Min(x, C(1)), [0.3, 1.7]), ("max", x => Dual<F64>.Max(x, C(1)), [0.3, 1.7]),
        ("where", x => Dual<F64>.WhereLess(x, C(1), x * x, C(5)), [0.3, 1.7]),
        ("exp", Dual<F64>.Exp, [-2, 0.3]), ("expm1", Dual<F64>.Expm1, [-2, 0.3]),
        ("log", Dual<F64>.Log, [0.3, 4]), ("log1p", Dual<F64>.Log1p, [-0.3, 4]),
        ("tanh", Dual<F64>.Tanh, [-2, 0.3]), ("sigmoid", Dual<F64>.Sigmoid, [-2, 0.3]),
        ("softplus", Dual<F64>.Softplus, [-2, 0.3]), ("erf", Dual<F64>.Erf, [-2, 0.3]),
        ("sin turn", Dual<F64>.SinTurn, [-0.2, 0.3]), ("cos turn", Dual<F64>.CosTurn, [-0.2, 0.3]),
    ];

    static IEnumerable<string> Names => Rules.Select(r => r.Name);

    static Dual<F64> C(double value) => Dual<F64>.Const(value);

    /// <summary>
    /// (f(x + h) − f(x − h))/2h errs by h²f‴/6 and by 2⁻⁵³|f|/h; with h = 10⁻⁵ and |f‴| ≤ 250, 10⁻⁸ covers both.
    /// </summary>
    [TestCaseSource(nameof(Names))]
    public void A_rule_is_the_limit_of_its_difference_quotient(string name)
    {
        const double H = 1e-5;
        var (_, rule, points) = Rules.Single(r => r.Name == name);
        foreach (var x in points)
        {
            var quotient = (rule(C(x + H)).V.V - rule(C(x - H)).V.V) / (2 * H);
            Assert.That(rule(Dual<F64>.Variable(new(x))).D.V, Is.EqualTo(quotient).Within(1e-8), $"{name} at {x}");
        }
    }

    [Test]
    public void The_worked_example_of_the_essay()
    {
        var x = Dual<F64>.Variable(new(3));
        var square = x * x;
        Assert.That((square.V.V, square.D.V), Is.EqualTo((9, 6)));
    }

    [Test]
    public void A_kink_has_the_derivative_of_the_branch_taken() => Assert.Multiple(() =>
    {
        Assert.That(Dual<F64>.Abs(Dual<F64>.Variable(new(0))).D.V, Is.Zero);
        Assert.That(Dual<F64>.Max(Dual<F64>.Variable(new(0)), C(0)).D.V, Is.Zero, "as ReluGrad");
    });

    /// <summary>1 − tanh² would be 0 from 19 on; the derivative is 4e⁻²ˣ.</summary>
    [Test]
    public void The_derivative_of_tanh_keeps_its_digits_far_out() =>
        Assert.That(Dual<F64>.Tanh(Dual<F64>.Variable(new(25))).D.V,
            Is.EqualTo(4 * Math.Exp(-50)).Within(1e-14 * 4 * Math.Exp(-50)));

    /// <summary>A dual of a dual is a second derivative: (e^x)″ at 0.5.</summary>
    [Test]
    public void Duals_nest()
    {
        var x = new Dual<Dual<F64>>(Dual<F64>.Variable(new(0.5)), Dual<F64>.Const(1));
        var y = Dual<Dual<F64>>.Exp(x * x);
        var exact = (2 + 4 * 0.25) * Math.Exp(0.25);
        Assert.That(y.D.D.V, Is.EqualTo(exact).Within(1e-14 * exact));
    }
}
