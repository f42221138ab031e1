using Hybrid.Information;
using Hybrid.Models;

namespace Hybrid.Training.Tests.Diffusion;

/// <summary>Levels of noise as training draws them.</summary>
[TestFixture]
public sealed class LevelDrawsTests
{
    static LevelDraws.Level[] Draw(string times, NoiseSchedule schedule, int count, int batch, long epoch = 0)
    {
        var levels = new LevelDraws.Level[count];
        LevelDraws.Parse(times, schedule).Fill(schedule, 3, epoch, batch, levels);
        return levels;
    }

    /// <summary>Whatever the law, E f(λ)/p(λ) is ∫ f dλ over what is drawn: the range, for f = 1.</summary>
    [TestCase("uniform")]
    [TestCase("antithetic")]
    [TestCase("logistic:0,3,30")]
    public void Densities_are_those_of_the_draws(string times)
    {
        foreach (var schedule in NoiseSchedule.All.Append(NoiseSchedule.LinearBeta().WithZeroTerminalSnr()))
        {
            if (schedule.HasZeroTerminalSnr && times[0] == 'l') continue;
            // f is a bump that every schedule covers: ∫ e^(−λ²/2) dλ = √(2π), the tails beyond ±5 left out.
            var ratios = Draw(times, schedule, 40_000, 400)
                .Select(level => Math.Exp(-0.5 * level.LogSnr * level.LogSnr) / level.Density).ToArray();
            var (mean, error) = SampleMean.Of(ratios);
            Assert.That(Math.Abs(mean - Math.Sqrt(Math.Tau)), Is.LessThan(5 * error), $"{schedule}");
        }
    }

    [TestCase("uniform")]
    [TestCase("antithetic")]
    [TestCase("logistic")]
    public void Times_and_levels_are_of_one_schedule(string times)
    {
        foreach (var schedule in NoiseSchedule.All)
            foreach (var level in Draw(times, schedule, 64, 16))
                Assert.That(schedule.LogSnr(level.Time), Is.EqualTo(level.LogSnr).Within(1e-6), $"{schedule}");
        var drawn = Draw(times, NoiseSchedule.Cosine, 64, 16);
        Assert.That(Draw(times, NoiseSchedule.Cosine, 64, 16), Is.EqualTo(drawn));
        Assert.That(Draw(times, NoiseSchedule.Cosine, 64, 16, epoch: 1), Is.Not.EqualTo(drawn));
    }

    [Test]
    public void Antithetic_times_are_equally_far_apart()
    {
        var times = Draw("antithetic", NoiseSchedule.Cosine, 8, 8).Select(level => level.Time).Order().ToArray();
        for (var i = 1; i < times.Length; i++) Assert.That(times[i] - times[i - 1], Is.EqualTo(0.125).Within(1e-12));
    }

    static LevelDraws Learned(NoiseSchedule schedule, params double[] moments)
    {
        var (cleanest, noisiest) = schedule.Ends;
        return LevelDraws.Parse("learned", schedule).From(LearnedLevels.Of(moments, cleanest, noisiest));
    }

    [Test]
    public void Learned_levels_have_the_densities_of_their_draws_and_lie_on_the_schedule()
    {
        var schedule = NoiseSchedule.Cosine;
        var levels = new LevelDraws.Level[40_000];
        Learned(schedule, 1, 100, 9, 0).Fill(schedule, 3, 0, 400, levels);
        foreach (var level in levels[..100])
            Assert.That(schedule.LogSnr(level.Time), Is.EqualTo(level.LogSnr).Within(1e-6));
        var (mean, error) = SampleMean.Of(
            [.. levels.Select(level => Math.Exp(-0.5 * level.LogSnr * level.LogSnr) / level.Density)]);
        Assert.That(Math.Abs(mean - Math.Sqrt(Math.Tau)), Is.LessThan(5 * error));
        Assert.That(() => LevelDraws.Parse("learned", schedule).Fill(schedule, 3, 0, 400, levels),
            Throws.InvalidOperationException);
    }

    [TestCase("never", "give uniform")]
    [TestCase("logistic:a", "give uniform")]
    [TestCase("logistic:0,1,2,3", "give uniform")]
    [TestCase("logistic:99", "a location between")]
    [TestCase("logistic:0,-1", "a scale above 0")]
    public void A_mistake_names_the_law(string times, string fix) =>
        Expect.UserError(() => LevelDraws.Parse(times, NoiseSchedule.Cosine), $"--times {times}", "", fix);

    /// <summary>
    /// The slope of the rescaled schedule is the difference quotient of it, and its end has no signal.
    /// </summary>
    [Test]
    public void Zero_terminal_snr_keeps_the_first_level_and_takes_the_last()
    {
        var schedule = NoiseSchedule.LinearLogSnr();
        var zero = schedule.WithZeroTerminalSnr();
        Assert.That(zero.LogSnr(0), Is.EqualTo(schedule.LogSnr(0)).Within(1e-9));
        Assert.That(zero.LogSnr(1), Is.EqualTo(double.NegativeInfinity));
        foreach (var t in (double[])[0.1, 0.5, 0.9])
        {
            const double h = 1e-5;
            var quotient = (zero.LogSnr(t + h) - zero.LogSnr(t - h)) / (2 * h);
            Assert.That(zero.Slope(t), Is.EqualTo(quotient).Within(1e-5).Percent);
        }
        Assert.That(() => zero.Require(PredictionTarget.Noise), Throws.ArgumentException);
        Assert.That(() => zero.Require(PredictionTarget.Velocity), Throws.Nothing);
    }
}
