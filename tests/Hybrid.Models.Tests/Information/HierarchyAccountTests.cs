using Hybrid.Information;

namespace Hybrid.Models.Tests.Information;

/// <summary>What a hierarchy's account says of its levels.</summary>
[TestFixture]
public sealed class HierarchyAccountTests
{
    /// <summary>
    /// Two columns of means with noise of σ = 0.3; the first also moves with the row, by ±0.2. The covariance of two
    /// draws is 0.04 or 0, with an error of 0.09/√4000 = 0.0014 where there is noise alone: the threshold, 0.01, is
    /// seven of them away.
    /// </summary>
    [Test]
    public void Active_units_are_told_from_the_noise_of_the_draws()
    {
        const int N = 4000;
        var (random, one, other) = (new Random(3), new float[2 * N], new float[2 * N]);
        double Noise() => MathNet.Numerics.Distributions.Normal.Sample(random, 0, 0.3);
        for (var n = 0; n < N; n++)
        {
            var moves = n % 2 == 0 ? 0.2 : -0.2;
            (one[2 * n], other[2 * n]) = ((float)(moves + Noise()), (float)(moves + Noise()));
            (one[2 * n + 1], other[2 * n + 1]) = ((float)Noise(), (float)Noise());
        }
        Assert.That(ActiveUnits.Count(one, other, 2), Is.EqualTo(1));
        Assert.That(ActiveUnits.Count(one, 2), Is.EqualTo(2), "one draw alone counts its noise");
        Assert.That(ActiveUnits.Count(one, one, 2), Is.EqualTo(ActiveUnits.Count(one, 2)));
        Assert.That(() => ActiveUnits.Count(one, other, 3), Throws.ArgumentException);
        Assert.That(() => ActiveUnits.Count(one, other.AsSpan(2), 2), Throws.ArgumentException);
    }

    [Test]
    public void Terms_add_up_and_the_marginal_is_what_is_left()
    {
        var account = new HierarchyAccount(
            70, [new(4, 9, 4, MutualInformation: 5, InformationError: 0.1), new(2, 3, 2)], 0.5, 100, 49);
        Assert.That(account.Rate, Is.EqualTo(12));
        Assert.That(account.NegativeElbo, Is.EqualTo(82));
        Assert.That(account.MarginalKl, Is.EqualTo(7));
        Assert.That(account.Ceiling, Is.EqualTo(Math.Log(100)));
        Assert.That((account with { Levels = [new(4, 9, 4), new(2, 3, 2, 2, 0.1)] }).MarginalKl, Is.Null);
    }

    [TestCase(1, 4, false)]
    [TestCase(0.04, 4, false)]
    [TestCase(0.039, 4, true)]
    [TestCase(1, 0, true)]
    public void A_level_has_collapsed_where_it_costs_or_moves_nothing(double rate, int active, bool collapsed) =>
        Assert.That(new LevelAccount(4, rate, active).HasCollapsed, Is.EqualTo(collapsed));
}
