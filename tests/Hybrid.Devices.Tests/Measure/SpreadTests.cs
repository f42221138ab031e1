using Hybrid.Devices.Measure;

namespace Hybrid.Devices.Tests.Measure;

[TestFixture]
public class SpreadTests
{
    [Test]
    public void Eleven_samples_have_their_deciles_at_samples()
    {
        double[] samples = [10, 3, 7, 1, 0, 8, 2, 9, 4, 6, 5];

        Assert.That(Spread.Of(samples), Is.EqualTo(new Spread(1, 5, 9)));
    }

    [Test]
    public void Quantiles_between_samples_lie_on_a_straight_line()
    {
        var spread = Spread.Of([1, 2]);

        Assert.That(spread.P10, Is.EqualTo(1.1).Within(1e-15));
        Assert.That(spread.Median, Is.EqualTo(1.5).Within(1e-15));
        Assert.That(spread.P90, Is.EqualTo(1.9).Within(1e-15));
    }

    [Test]
    public void One_sample_is_its_own_spread() =>
        Assert.That(Spread.Of([3]), Is.EqualTo(new Spread(3, 3, 3)));

    [Test]
    public void One_late_sample_does_not_move_the_median()
    {
        Assert.That(Spread.Of([1, 1, 1, 1, 1000]).Median, Is.EqualTo(1));
    }

    [Test]
    public void The_samples_keep_their_order()
    {
        double[] samples = [3, 1, 2];
        Spread.Of(samples);

        Assert.That(samples, Is.EqualTo(new double[] { 3, 1, 2 }));
    }

    [Test]
    public void No_samples_have_no_spread() =>
        Assert.That(() => Spread.Of([]), Throws.ArgumentException);

    [Test]
    public void Slow_times_are_low_rates()
    {
        Assert.That(new Spread(1, 2, 4).Rate(8), Is.EqualTo(new Spread(2, 4, 8)));
    }

    [Test]
    public void A_clock_of_ones_own_decides_the_times()
    {
        var timing = Timing.Of(calls => 2e-3 * calls, new(0, 0, 5, 5));

        Assert.That(timing.Samples, Is.EqualTo(5));
        Assert.That(timing.CallsPerSample, Is.EqualTo(1));
        Assert.That(timing.Seconds.Median, Is.EqualTo(2e-3).Within(1e-15));
        Assert.That(timing.Best, Is.EqualTo(2e-3).Within(1e-15));
    }

    [Test]
    public void Short_calls_are_timed_together()
    {
        var timing = Timing.Of(calls => 1e-5 * calls, new(0, 0, 3, 3));

        Assert.That(timing.CallsPerSample, Is.EqualTo(100).Within(1));
        Assert.That(timing.Seconds.Median, Is.EqualTo(1e-5).Within(1e-18));
    }
}
