namespace Hybrid.Formulas.Tests;

/// <summary>What counts as an operation.</summary>
[TestFixture]
public class TallyTests
{
    static readonly Tally X = Tally.Const(1);

    static readonly (string Name, Action Work, int Flops, int Functions)[] Costs =
    [
        ("+", () => _ = X + X, 1, 0), ("-", () => _ = X - X, 1, 0), ("*", () => _ = X * X, 1, 0),
        ("/", () => _ = X / X, 1, 0), ("negation", () => _ = -X, 0, 0), ("const", () => Tally.Const(1), 0, 0),
        ("fma", () => Tally.Fma(X, X, X), 2, 0), ("sqrt", () => Tally.Sqrt(X), 1, 0),
        ("abs", () => Tally.Abs(X), 0, 0), ("min", () => Tally.Min(X, X), 1, 0), ("max", () => Tally.Max(X, X), 1, 0),
        ("where", () => Tally.WhereLess(X, X, X, X), 1, 0), ("exp", () => Tally.Exp(X), 0, 1),
        ("expm1", () => Tally.Expm1(X), 0, 1), ("log", () => Tally.Log(X), 0, 1), ("log1p", () => Tally.Log1p(X), 0, 1),
        ("tanh", () => Tally.Tanh(X), 0, 1), ("sigmoid", () => Tally.Sigmoid(X), 0, 1),
        ("softplus", () => Tally.Softplus(X), 0, 1), ("erf", () => Tally.Erf(X), 0, 1),
        ("sin", () => Tally.SinTurn(X), 0, 1), ("cos", () => Tally.CosTurn(X), 0, 1),
    ];

    [Test]
    public void Each_operation_has_its_price() => Assert.Multiple(() =>
    {
        foreach (var (name, work, flops, functions) in Costs)
            Assert.That(Tally.Of(work), Is.EqualTo(new OperationCount(flops, functions)), name);
    });

    [Test]
    public void What_is_computed_once_and_used_twice_counts_once() =>
        Assert.That(
            Tally.Of(() =>
            {
                var shared = X * X;
                _ = shared + shared;
            }),
            Is.EqualTo(new OperationCount(2, 0)));
}

/// <summary>The equations as the reader sees them.</summary>
[TestFixture]
public class TexTests
{
    [TestCase("AdamDirection", @"\frac{\hat m}{\sqrt{\hat v} + \epsilon}")]
    [TestCase("BernoulliDraw", @"\begin{cases} 1 & u < p \\ 0 & \text{otherwise} \end{cases}")]
    [TestCase("BernoulliNll", @"\log(1 + e^{l}) - x\,l")]
    [TestCase("GaussianNll", @"\tfrac12\left((x - \mu)^2\,e^{-\ell} + \ell + \log 2\pi\right)")]
    [TestCase("Gelu", @"x\left(\tfrac12\operatorname{erf}\left(\frac{x}{\sqrt{2}}\right) + \tfrac12\right)")]
    [TestCase("KlGaussian",
        @"\tfrac12\left((\mu_1 - \mu_2)^2\,e^{-\ell_2} + e^{\ell_1 - \ell_2} - 1 - (\ell_1 - \ell_2)\right)")]
    [TestCase("KlStandardNormal", @"\tfrac12(\mu^2 + e^{\ell} - 1 - \ell)")]
    [TestCase("MovingAverage", @"m + \bar\beta(x - m)")]
    [TestCase("Relu", @"\max(x, 0)")]
    [TestCase("Reparameterize", @"\mu + e^{\ell/2}\,\varepsilon")]
    [TestCase("Sigmoid", @"\sigma(x)")]
    [TestCase("Silu", @"x\,\sigma(x)")]
    [TestCase("Tanh", @"\tanh x")]
    public void Formulas_print_as_their_papers_do(string formula, string tex) =>
        Assert.That(FormulaCatalog.Find(formula)!.Tex(), Is.EqualTo(tex));

    static readonly (Func<Tex, Tex, Tex> Expression, string Print)[] Expressions =
    [
        ((x, y) => x - (x - y), "x - (x - y)"), ((x, y) => x + (x - y), "x + x - y"), ((x, y) => x - -y, "x + y"),
        ((x, y) => -x + y, "y - x"), ((x, y) => -x - y, "-x - y"), ((x, y) => -(x + y), "-(x + y)"),
        ((x, y) => -x * y, @"-x\,y"), ((x, y) => -x * -y, @"x\,y"), ((x, y) => x * x * x, "x^3"),
        ((x, y) => y * x * x, @"y\,x^2"), ((x, y) => (x + y) * (x + y), "(x + y)^2"),
        ((x, y) => Tex.Log(x) * Tex.Log(x), @"\log^2 x"), ((x, y) => Tex.Exp(x) * Tex.Exp(x), @"\left(e^{x}\right)^2"),
        ((x, y) => x * Tex.Const(2), "2x"), ((x, y) => Tex.Const(2) * (Tex.Const(3) * x), @"2 \cdot 3x"),
        ((x, y) => x / y, @"\frac{x}{y}"), ((x, y) => -x / y, @"-\frac{x}{y}"),
        ((x, y) => Tex.Const(1 / Math.Sqrt(Math.Tau)) * x, @"\frac{x}{\sqrt{2\pi}}"),
        ((x, y) => Tex.Const(0.75) * x, @"\tfrac34x"), ((x, y) => Tex.Const(-0.5) * x, @"-\tfrac12x"),
        ((x, y) => Tex.Const(0.3), "0.3"), ((x, y) => Tex.Const(0.50001) * x, @"0.50001x"),
        ((x, y) => Tex.Const(1e-8) * x, @"1 \cdot 10^{-8}\,x"), ((x, y) => Tex.Const(Math.Tau) * x, @"2\pi\,x"),
        ((x, y) => Tex.SinTurn(x), @"\sin(2\pi\,x)"), ((x, y) => Tex.Abs(x - y), @"\lvert x - y\rvert"),
        ((x, y) => Tex.Sqrt(x + y), @"\sqrt{x + y}"), ((x, y) => Tex.Min(x, y), @"\min(x, y)"),
        ((x, y) => Tex.Exp(-(x * x) * Tex.Const(0.5)), @"e^{-x^2/2}"), ((x, y) => Tex.Log1p(x), @"\log(1 + x)"),
        ((x, y) => Tex.Expm1(x) * y, @"(e^{x} - 1)\,y"), ((x, y) => x * (y - Tex.Expm1(x)), @"x(y - (e^{x} - 1))"),
    ];

    [Test]
    public void Signs_powers_numbers_and_brackets_are_where_a_reader_expects_them() => Assert.Multiple(() =>
    {
        foreach (var (expression, print) in Expressions)
            Assert.That(Tex.Write(() => expression(Tex.Symbol("x"), Tex.Symbol("y"))), Is.EqualTo(print));
    });

    /// <summary>Writing inside writing: each gives back only what it took from the pool.</summary>
    [Test]
    public void Writing_nests()
    {
        var outer = Tex.Write(() =>
        {
            var x = Tex.Symbol("x");
            Assert.That(Tex.Write(() => Tex.Symbol("a") + Tex.Symbol("b")), Is.EqualTo("a + b"));
            return x + Tex.Symbol("y");
        });
        Assert.That(outer, Is.EqualTo("x + y"));
    }
}
