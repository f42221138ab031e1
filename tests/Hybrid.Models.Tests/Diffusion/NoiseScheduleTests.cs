using Hybrid.Theory;

namespace Hybrid.Models.Tests;

/// <summary>Schedules and tables: where they end, how steep they are, and what they refuse.</summary>
[TestFixture]
public class NoiseScheduleTests
{
    static IReadOnlyList<NoiseSchedule> Schedules => NoiseSchedule.All;

    [TestCaseSource(nameof(Schedules))]
    public void Falls_from_clean_to_noisy_by_its_slope(NoiseSchedule schedule)
    {
        const double H = 1e-6;
        for (var t = 0.01; t < 0.99; t += 0.07)
        {
            Assert.That(schedule.Slope(t), Is.LessThan(0));
            // A central difference: h²/6 of the third derivative, and the rounding of λ by h.
            var slope = (schedule.LogSnr(t + H) - schedule.LogSnr(t - H)) / (2 * H);
            Assert.That(schedule.Slope(t), Is.EqualTo(slope).Within(1e-6 * (1 + Math.Abs(slope))));
            Assert.That(schedule.Density(t) * schedule.Slope(t), Is.EqualTo(-1).Within(1e-15));
        }
    }

    [TestCase("linear", 15, -10.04996)]
    [TestCase("cosine", 15, -15)]
    [TestCase("sigmoid", 15, -15)]
    [TestCase("linear-log-snr", 13.3, -5)]
    [TestCase("karras", 12.42922, -8.76405)]
    public void Ends_where_it_says(string name, double cleanest, double noisiest)
    {
        var ends = Schedules.Single(schedule => schedule.Name == name).Ends;
        Assert.That(ends.Cleanest, Is.EqualTo(cleanest).Within(1e-4));
        Assert.That(ends.Noisiest, Is.EqualTo(noisiest).Within(1e-4));
    }

    [TestCaseSource(nameof(Schedules))]
    public void Finds_the_time_of_a_level(NoiseSchedule schedule)
    {
        foreach (var t in new[] { 0.2, 0.5, 0.9 })
            Assert.That(schedule.TimeOf(schedule.LogSnr(t)), Is.EqualTo(t).Within(1e-12));
    }

    [Test]
    public void Refuses_what_is_no_schedule()
    {
        Assert.That(() => NoiseSchedule.LinearLogSnr(-5, 13), Throws.ArgumentException);
        Assert.That(() => NoiseSchedule.LinearBeta(0, 0), Throws.ArgumentException);
        Assert.That(() => NoiseSchedule.Sigmoid(3, -3), Throws.ArgumentException);
        Assert.That(() => NoiseSchedule.Karras(80, 0.002), Throws.ArgumentException);
        Assert.That(() => NoiseSchedule.Cosine.LogSnr(1.5), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    public static IEnumerable<TestCaseData> Tables()
    {
        yield return new(NoiseTable.Linear(), NoiseSchedules.LinearBetas(1e-4, 0.02, 1000));
        yield return new(NoiseTable.ScaledLinear(), NoiseSchedules.ScaledLinearBetas(0.00085, 0.012, 1000));
        yield return new(NoiseTable.Cosine(), NoiseSchedules.CosineBetas(1000));
    }

    [TestCaseSource(nameof(Tables))]
    public void A_table_is_the_product_that_defines_it(NoiseTable table, double[] betas)
    {
        var alphaBars = NoiseSchedules.AlphaBars(betas);
        for (var i = 0; i < table.Steps; i++)
        {
            // 1 less a ratio of cos²: the rounding of an angle, by the tangent that it has near a quarter turn.
            Assert.That(table.Beta[i], Is.EqualTo(betas[i]).Within(2e-15 * (1 + 1000.0 / (1000 - i))));
            // A thousand roundings of a product, relative.
            Assert.That(Math.Exp(table.LogAlphaBar[i]) / alphaBars[i], Is.EqualTo(1).Within(1e-12));
            var logSnr = NoiseSchedules.LogSnr(alphaBars[i]);
            Assert.That(table.LogSnr[i], Is.EqualTo(logSnr).Within(1e-12 * (1 + 1 / (1 - alphaBars[i]))));
        }
    }

    [Test]
    public void A_schedule_s_table_has_its_levels()
    {
        var table = NoiseTable.Of(NoiseSchedule.LinearLogSnr(), 100);
        for (var i = 0; i < 100; i++)
            Assert.That(table.LogSnr[i],
                Is.EqualTo(13.3 - 18.3 * (i + 1) / 100).Within(1e-9));    // 1 − ᾱ is 10⁻⁶ there
    }

    [Test]
    public void Without_terminal_signal_it_says_so_and_keeps_its_first_level()
    {
        var table = NoiseTable.ScaledLinear();
        var zero = table.WithZeroTerminalSnr();
        Assert.That(table.HasZeroTerminalSnr, Is.False);
        Assert.That(zero.HasZeroTerminalSnr);
        Assert.That(zero.LogSnr[0], Is.EqualTo(table.LogSnr[0]));
        var exact = NoiseSchedules.ZeroTerminalSnr(NoiseSchedules.AlphaBars(
            NoiseSchedules.ScaledLinearBetas(0.00085, 0.012, 1000)));
        for (var i = 0; i < zero.Steps; i++)
            Assert.That(Math.Exp(zero.LogAlphaBar[i]), Is.EqualTo(exact[i]).Within(1e-13));
        Assert.That(zero.Beta[^1], Is.EqualTo(1));
        Assert.That(zero.LogSnr[^1], Is.EqualTo(double.NegativeInfinity));
    }

    #region use-v
    [Test]
    public void Asking_such_a_table_for_noise_says_to_use_v([Values] PredictionTarget target)
    {
        var zero = NoiseTable.ScaledLinear().WithZeroTerminalSnr();
        Assert.That(() => NoiseTable.ScaledLinear().Require(target), Throws.Nothing);
        if (target is PredictionTarget.Noise or PredictionTarget.Score)
            Assert.That(() => zero.Require(target),
                Throws.ArgumentException.With.Message.Contains("use v-prediction").And.Message.Not.Contains("\n"));
        else
            Assert.That(() => zero.Require(target), Throws.Nothing);
    }
    #endregion

    [Test]
    public void A_level_without_noise_divides_by_nothing()
    {
        var table = NoiseTable.FromBetas("clean start", [0, 0.5, 1]);
        Assert.That(table.LogSnr.ToArray(),
            Is.EqualTo(new[] { double.PositiveInfinity, 0, double.NegativeInfinity }).Within(1e-15));
    }

    [Test]
    public void Refuses_what_is_no_table()
    {
        Assert.That(() => NoiseTable.Linear(0), Throws.ArgumentException);
        Assert.That(() => NoiseTable.FromBetas("wrong", [0.1, 1.5]), Throws.ArgumentException);
        Assert.That(() => NoiseTable.Linear(1).WithZeroTerminalSnr(), Throws.ArgumentException);
    }
}
