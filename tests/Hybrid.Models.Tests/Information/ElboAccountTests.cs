using Hybrid.Information;

namespace Hybrid.Models.Tests;

[TestFixture]
public class ElboAccountTests
{
    /// <summary>Columns with variance 0, 0.01 − and 0.01 +, 1: two are active.</summary>
    [Test]
    public void Units_are_active_above_the_threshold_only()
    {
        float[] row = [5, 0.0999f, 0.1001f, 1];
        float[] mu = [.. row, 5, -0.0999f, -0.1001f, -1];
        Assert.That(ActiveUnits.Count(mu, K: 4), Is.EqualTo(2));
        Assert.That(ActiveUnits.Count(mu, K: 4, threshold: 0.5), Is.EqualTo(1));
    }

    [Test]
    public void A_unit_that_says_the_same_of_every_example_is_not_active()
    {
        var mu = new float[1000];
        Array.Fill(mu, 1e4f);
        Assert.That(ActiveUnits.Count(mu, K: 1), Is.Zero);
    }

    [TestCase(0)]
    [TestCase(3)]
    public void Values_that_are_no_rows_are_refused(int K) =>
        Assert.That(() => ActiveUnits.Count(new float[4], K), Throws.ArgumentException);

    [Test]
    public void Account_adds_up_and_converts_its_units()
    {
        var account = new ElboAccount(90, 10, 4, 0.5, 3, DataDim: 784);
        Assert.That(account.NegativeElbo, Is.EqualTo(100));
        Assert.That(account.NatsPerDim, Is.EqualTo(100.0 / 784));
        Assert.That(account.BitsPerDim,
            Is.EqualTo(Theory.Units.BitsFromNats(100) / 784).Within(1e-15));
    }
}
