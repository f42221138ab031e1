namespace Hybrid.Formulas.Tests;

/// <summary>The checks of <see cref="FormulaChecks"/> find what they are for.</summary>
[TestFixture]
public class ChecksCanFailTests
{
    static readonly FormulaInfo Wrong = FormulaCatalog.Of(typeof(KlWithAWrongHalf));

    static readonly FormulaInfo Right = FormulaCatalog.Of(typeof(KlStandardNormal));

    [Test]
    public void A_gradient_wrong_in_the_fifth_digit_is_found() =>
        Assert.That(FormulaChecks.Gradient(Wrong, Wrong.ClosedGradient!), Does.Contain("KlWithAWrongHalfGrad"));

    [Test]
    public void A_value_wrong_in_the_fifth_digit_leaves_the_bound() =>
        Assert.That(
            FormulaChecks.Bound(
                new FormulaChecks.Value(Right), new FormulaChecks.Value(Wrong), FormulaChecks.Points(Right), out _),
            Does.Contain("KlStandardNormal"));

    [Test]
    public void Cancellation_leaves_the_bound_of_the_form_without_it()
    {
        var cancels = FormulaCatalog.Of(typeof(KlThatCancels));
        var nearZero = Enumerable.Range(1, 1000).Select(i => new[] { 0f, i * 1e-5f });
        Assert.That(
            FormulaChecks.Bound(
                new FormulaChecks.Value(Right), new FormulaChecks.Value(cancels), nearZero, out _),
            Does.Contain("KlStandardNormal"));
    }

    [Test]
    public void A_stated_cost_off_by_one_is_found() => Assert.That(FormulaChecks.Cost(Wrong), Does.Contain("5 flops"));

    [Test]
    public void A_lane_with_other_bits_is_found()
    {
        var f = FormulaCatalog.Of(typeof(DependsOnTheLane));
        Assert.That(
            FormulaChecks.SameBits(new FormulaChecks.Value(f), FormulaChecks.Points(f).ToArray()),
            Does.Contain("F32x8"));
    }

    [Test]
    public void An_argument_named_otherwise_than_its_parameter_is_found() =>
        Assert.That(FormulaChecks.Statement(FormulaCatalog.Of(typeof(DependsOnTheLane))), Is.Not.Null);

    [Test]
    public void A_type_that_is_no_formula_is_refused_in_one_line() =>
        Assert.That(() => FormulaCatalog.Of(typeof(int)),
            Throws.ArgumentException.With.Message.Contains("Int32 is no formula"));
}
