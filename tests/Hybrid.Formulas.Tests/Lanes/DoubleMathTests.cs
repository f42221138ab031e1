namespace Hybrid.Formulas.Tests;

/// <summary>The double functions of our own, against 50-digit values: the reference needs a
/// reference.</summary>
[TestFixture]
public class DoubleMathTests
{
    /// <summary>
    /// Each is a handful of correctly rounded steps and of BCL functions with errors below 1 ulp. A double
    /// ulp is 2⁻²⁹ of a float32 ulp, so 4 of them are invisible to the contracts of
    /// <see cref="LaneMath.MaxUlp"/>.
    /// </summary>
    const double MaxUlp = 4;

    static readonly Dictionary<string, Func<double, double>> Functions = new()
    {
        ["Expm1"] = x => F64.Expm1(new(x)).V,
        ["Log1p"] = x => F64.Log1p(new(x)).V,
        ["Sigmoid"] = x => F64.Sigmoid(new(x)).V,
        ["Softplus"] = x => F64.Softplus(new(x)).V,
        ["Erf"] = x => F64.Erf(new(x)).V,
    };

    [TestCase("Expm1")]
    [TestCase("Log1p")]
    [TestCase("Sigmoid")]
    [TestCase("Softplus")]
    [TestCase("Erf")]
    public void Agrees_with_fifty_digits(string function)
    {
        Assert.Multiple(() =>
        {
            foreach (var (_, x, value) in DoubleMathGolden.Values.Where(v => v.Function == function))
            {
                var actual = Functions[function](x);
                var spacing = Math.BitIncrement(Math.Abs(value)) - Math.Abs(value);
                var error = Math.Abs(actual - value) / spacing;
                Assert.That(error, Is.LessThanOrEqualTo(MaxUlp),
                    $"{function}({x:R}) = {actual:R}, not {value:R}");
            }
        });
    }

    [Test]
    public void Limits_are_those_of_the_functions()
    {
        const double inf = double.PositiveInfinity;
        Assert.Multiple(() =>
        {
            Assert.That(Functions["Expm1"](inf), Is.EqualTo(inf));
            Assert.That(Functions["Expm1"](-inf), Is.EqualTo(-1));
            Assert.That(Functions["Log1p"](inf), Is.EqualTo(inf));
            Assert.That(Functions["Log1p"](-1), Is.EqualTo(-inf));
            Assert.That(Functions["Log1p"](-inf), Is.NaN);
            Assert.That(Functions["Log1p"](-1.5), Is.NaN);
            Assert.That(Functions["Sigmoid"](-inf), Is.EqualTo(0));
            Assert.That(Functions["Sigmoid"](inf), Is.EqualTo(1));
            Assert.That(Functions["Softplus"](-inf), Is.EqualTo(0));
            Assert.That(Functions["Softplus"](inf), Is.EqualTo(inf));
            Assert.That(Functions["Erf"](-inf), Is.EqualTo(-1));
            Assert.That(Functions["Erf"](inf), Is.EqualTo(1));
            foreach (var f in Functions.Values) Assert.That(f(double.NaN), Is.NaN);
        });
    }
}
