using Hybrid.Information;

namespace Hybrid.Models.Tests.Information;

/// <summary>The schedule of least variance, against the bound that no schedule passes.</summary>
[TestFixture]
public sealed class LearnedLevelsTests
{
    /// <summary>∫ m/p dλ over bins of one width: the second moment of an estimate with density p.</summary>
    static double SecondMoment(LearnedLevels levels, double[] m, double cleanest, double noisiest)
    {
        var width = (cleanest - noisiest) / m.Length;
        double Density(int k) => Enumerable.Range(0, 100_000).Select(i => levels.At((i + 0.5) / 100_000))
            .First(level => (int)((cleanest - level.LogSnr) / width) == k).Density;
        return m.Select((moment, k) => moment * width / Density(k)).Sum();
    }

    /// <summary>
    /// (∫ √m dλ)² is the least; a tenth of the draws that stay uniform costs at most 1/0.9 of it.
    /// </summary>
    [Test]
    public void The_second_moment_is_near_its_minimum_and_far_below_that_of_equal_steps()
    {
        double[] m = [0.01, 4, 100, 1, 0];
        var levels = LearnedLevels.Of(m, 10, -10);
        var least = Math.Pow(m.Sum(Math.Sqrt) * 4, 2);
        var uniform = m.Sum() * 4 * 20;
        Assert.That(SecondMoment(levels, m, 10, -10), Is.InRange(least, least / 0.9).And.LessThan(0.5 * uniform));
        Assert.That(SecondMoment(LearnedLevels.Of([1, 1, 1, 1, 1], 10, -10), m, 10, -10),
            Is.EqualTo(uniform).Within(1e-9), "equal moments are equal steps");
    }

    [Test]
    public void The_schedule_falls_from_end_to_end_and_its_density_is_one_per_its_slope()
    {
        var levels = LearnedLevels.Of([9, 0, 1], 6, -6);
        Assert.That(levels.At(0).LogSnr, Is.EqualTo(6));
        Assert.That(levels.At(1).LogSnr, Is.EqualTo(-6).Within(1e-12));
        var before = levels.At(0);
        for (var i = 1; i <= 1000; i++)
        {
            var now = levels.At(i / 1000.0);
            Assert.That(now.LogSnr, Is.LessThan(before.LogSnr));
            if (now.Density == before.Density)
                Assert.That(0.001 / (before.LogSnr - now.LogSnr), Is.EqualTo(now.Density).Within(1e-6).Percent);
            before = now;
        }
    }

    [Test]
    public void A_loss_of_nothing_leaves_equal_steps_and_numbers_that_are_none_are_refused()
    {
        var levels = LearnedLevels.Of([0, 0], 1, -1);
        Assert.That(levels.At(0.25), Is.EqualTo((0.5, 0.5)));
        Assert.That(() => LearnedLevels.Of([double.NaN], 1, -1), Throws.ArgumentException);
        Assert.That(() => LearnedLevels.Of([-1.0], 1, -1), Throws.ArgumentException);
        Assert.That(() => LearnedLevels.Of([], 1, -1), Throws.ArgumentException);
        Assert.That(() => LearnedLevels.Of([1.0], -1, 1), Throws.ArgumentException);
    }
}
