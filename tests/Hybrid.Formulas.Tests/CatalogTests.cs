namespace Hybrid.Formulas.Tests;

/// <summary>What a command line or a book learns about a formula without knowing its type.</summary>
[TestFixture]
public class CatalogTests
{
    static readonly FormulaInfo Kl = FormulaCatalog.Find("klstandardnormal")!;

    [Test]
    public void A_formula_is_found_by_its_name_in_any_case() => Assert.Multiple(() =>
    {
        Assert.That(Kl.Type, Is.EqualTo(typeof(KlStandardNormal)));
        Assert.That(FormulaCatalog.Find("no such formula"), Is.Null);
        Assert.That(FormulaCatalog.All.Select(f => f.Name), Is.Ordered.And.Unique);
    });

    [Test]
    public void It_knows_what_the_formula_states() => Assert.Multiple(() =>
    {
        Assert.That(Kl.Unit, Is.EqualTo("nats per dimension"));
        Assert.That(Kl.Source, Does.StartWith("Kingma & Welling 2014"));
        Assert.That(Kl.Arguments.Select(a => a.Name), Is.EqualTo(new[] { "mu", "logVar" }));
        Assert.That(Kl.Summary, Does.StartWith("KL divergence of N(μ, e^ℓ) from N(0, 1)"));
        Assert.That((Kl.Flops, Kl.Transcendentals), Is.EqualTo((4, 1)));
        Assert.That(Kl.ClosedGradient!.Type, Is.EqualTo(typeof(KlStandardNormalGrad)));
    });

    /// <summary>½(4 + e − 1 − 1) = 1 + e/2, with gradient (2, (e − 1)/2).</summary>
    [Test]
    public void It_evaluates_differentiates_and_bounds() => Assert.Multiple(() =>
    {
        Assert.That(Kl.Evaluate(2, 1), Is.EqualTo(1 + Math.E / 2).Within(1e-15));
        Assert.That(Kl.Gradient(2, 1), Is.EqualTo(new[] { 2, (Math.E - 1) / 2 }).Within(1e-15));
        Assert.That(Kl.Bound(2, 1).V, Is.EqualTo(1 + Math.E / 2).Within(1e-15));
        Assert.That(Kl.Bound(2, 1).E, Is.InRange(1e-8, 1e-6));
    });

    [Test]
    public void A_wrong_number_of_arguments_is_refused_with_their_names() =>
        Assert.That(() => Kl.Evaluate(1),
            Throws.ArgumentException.With.Message.EqualTo("KlStandardNormal takes 2 arguments (mu, logVar), not 1."));
}
