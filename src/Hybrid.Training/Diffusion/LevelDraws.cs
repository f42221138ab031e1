using System.Globalization;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>
/// Which levels of noise the rows of a batch meet, and with what density: a function of seed and epoch.
/// </summary>
public abstract record LevelDraws
{
    /// <summary>The names, for messages.</summary>
    public const string Names = "uniform, antithetic, learned or logistic[:location,scale,clip]";

    /// <summary>Apart from the shuffle's streams, which are the epochs.</summary>
    const ulong Stream = 1UL << 32;

    private LevelDraws() { }

    /// <summary>A level of its own for each row, or u₀ + b/B (mod 1) of one u₀ for the rows b of a batch.</summary>
    /// <remarks>Low-discrepancy times: Kingma et al. 2021, arXiv:2107.00630, appendix I.</remarks>
    sealed record OfTime(bool Antithetic) : LevelDraws;

    /// <summary>λ of a cut logistic law, a stratum of it for each row of a batch.</summary>
    /// <remarks>Kong, Brekelmans &amp; Ver Steeg 2023, arXiv:2302.03792, appendix B.</remarks>
    sealed record OfLogSnr(LogSnrSampling Law) : LevelDraws;

    /// <summary>λ where the loss scatters, as it was last measured; a stratum for each row of a batch.</summary>
    sealed record Learned(LearnedLevels? Law) : LevelDraws;

    /// <summary>Whether <see cref="From"/> must say, epoch by epoch, where the levels lie.</summary>
    public bool Learns => this is Learned;

    /// <summary>The draws of an epoch whose loss was measured.</summary>
    public LevelDraws From(LearnedLevels law) => new Learned(law);

    /// <summary>One level: λ, its time, and the density p(λ) with which it was drawn.</summary>
    public readonly record struct Level(double LogSnr, double Time, double Density);

    /// <summary>Fills the levels of an epoch's rows, batch after batch.</summary>
    public void Fill(NoiseSchedule schedule, ulong seed, long epoch, int batch, Span<Level> levels)
    {
        var random = SplitMix64.Of(seed, Stream + (ulong)epoch);
        var first = 0.0;
        for (var i = 0; i < levels.Length; i++)
        {
            var row = i % batch;
            if (row == 0) first = random.Uniform();
            levels[i] = this switch
            {
                OfTime { Antithetic: true } => At(schedule, (first + (double)row / batch) % 1),
                OfTime => At(schedule, random.Uniform()),
                // Never the ends of the law, whose density is 0 where nothing cuts it.
                OfLogSnr(var law) => At(schedule, law, (row + Math.Max(random.Uniform(), Math.ScaleB(1, -54))) / batch),
                Learned(Law: { } law) => At(schedule, law, (row + random.Uniform()) / batch),
                _ => throw new InvalidOperationException("levels that are learned must be measured first"),
            };
        }
    }

    static Level At(NoiseSchedule schedule, double time) => new(schedule.LogSnr(time), time, schedule.Density(time));

    static Level At(NoiseSchedule schedule, LogSnrSampling law, double uniform)
    {
        var (logSnr, perDensity) = law.At(uniform);
        return new(logSnr, schedule.TimeOf(logSnr), 1 / perDensity);
    }

    static Level At(NoiseSchedule schedule, LearnedLevels law, double time)
    {
        var (logSnr, density) = law.At(time);
        return new(logSnr, schedule.TimeOf(logSnr), density);
    }

    /// <param name="text">A name, and behind a colon numbers apart by commas.</param>
    /// <param name="schedule">No level lies outside it.</param>
    /// <exception cref="UserError">There is none of that name, or its numbers are no law.</exception>
    public static LevelDraws Parse(string text, NoiseSchedule schedule)
    {
        var parts = text.Split(':', 2);
        if (text is "uniform" or "antithetic") return new OfTime(text == "antithetic");
        if (text == "learned") return new Learned(Law: null);
        if (parts[0] != "logistic") throw new UserError($"--times {text}", "is not known", $"give {Names}");
        double[] numbers = [0, 3, 4];
        var given = parts.Length == 1 ? [] : parts[1].Split(',');
        for (var i = 0; i < given.Length; i++)
            if (i >= numbers.Length
                || !double.TryParse(given[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                throw new UserError($"--times {text}", $"'{given[i]}' is not one of three numbers", $"give {Names}");
        var (cleanest, noisiest) = schedule.Ends;
        var law = new LogSnrSampling(numbers[0], numbers[1], numbers[2], noisiest, cleanest);
        if (!(law.Scale > 0 && law.Clip > 0 && law.Clip <= 30 && law.Location < cleanest && law.Location > noisiest))
            throw new UserError($"--times {text}", "is no law of the schedule's levels", string.Create(
                CultureInfo.InvariantCulture,
                $"give a location between {noisiest:0.##} and {cleanest:0.##}, a scale above 0 and a clip of at most 30"));
        return new OfLogSnr(law);
    }
}
