using System.Globalization;

namespace Hybrid.Models;

/// <summary>Which levels of a trained table a short chain visits.</summary>
public enum TableSpacing
{
    /// <summary>Every ⌊T/N⌋-th from the cleanest on: the noisiest is left out. Ho et al.'s and DDIM's.</summary>
    Leading,

    /// <summary>Both ends and equal steps between.</summary>
    EvenlyWithEnds,

    /// <summary>The noisiest, and every T/N-th before it: Lin et al. 2024, arXiv:2305.08891, table 2.</summary>
    Trailing,
}

/// <summary>Levels of sampling, as log-SNRs from noisy to clean.</summary>
public static class NoiseLevels
{
    /// <summary>N + 1 levels at times 1 … 0 of a schedule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer steps than one.</exception>
    public static double[] Of(NoiseSchedule schedule, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var levels = new double[steps + 1];
        for (var i = 0; i <= steps; i++) levels[i] = schedule.LogSnr((double)(steps - i) / steps);
        return levels;
    }

    /// <summary>
    /// N levels of <see cref="NoiseSchedule.Karras"/> and behind them data without noise: EDM's, algorithm 1.
    /// </summary>
    /// <exception cref="ArgumentException">The range is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer levels than two.</exception>
    public static double[] Karras(int count, double sigmaMin = 0.002, double sigmaMax = 80, double rho = 7)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        return Clean(Of(NoiseSchedule.Karras(sigmaMin, sigmaMax, rho), count - 1));
    }

    /// <summary>N levels of a table and behind them data without noise.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More levels than the table has, or none.</exception>
    public static double[] Of(NoiseTable table, int count, TableSpacing spacing)
    {
        var T = table.Steps;
        if (count < 1 || count > T)
            throw new ArgumentOutOfRangeException(nameof(count), count, string.Create(CultureInfo.InvariantCulture,
                $"the table has {T} levels: give 1 to {T}"));
        var levels = new double[count];
        for (var i = 0; i < count; i++)
        {
            // i counts from the noisiest.
            var back = spacing switch
            {
                TableSpacing.Leading => (count - 1 - i) * (T / count),
                TableSpacing.EvenlyWithEnds =>
                    count == 1 ? T - 1 : (int)Math.Round((double)(count - 1 - i) * (T - 1) / (count - 1)),
                TableSpacing.Trailing => (int)Math.Round(T - (double)i * T / count) - 1,
                _ => throw new ArgumentOutOfRangeException(nameof(spacing), spacing, "no such spacing"),
            };
            levels[i] = table.LogSnr[back];
        }
        return Clean(levels);
    }

    /// <summary>The levels and behind them data without noise, λ = +∞.</summary>
    public static double[] Clean(double[] levels) => [.. levels, double.PositiveInfinity];

    /// <summary>The levels the other way round, which takes data to their noise.</summary>
    public static double[] Reversed(double[] levels)
    {
        var reversed = (double[])levels.Clone();
        Array.Reverse(reversed);
        return reversed;
    }

    internal static void Check(IReadOnlyList<double> levels)
    {
        if (levels.Count < 2) throw new ArgumentException($"{levels.Count} levels of noise: give 2 or more");
        var rising = levels[1] > levels[0];
        for (var i = 0; i < levels.Count; i++)
            if (double.IsNaN(levels[i]) || i > 0 && (levels[i] > levels[i - 1] != rising || levels[i] == levels[i - 1]))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"log-SNR {levels[i]} behind {(i > 0 ? levels[i - 1] : double.NaN)}: give levels that go one way"));
        if (double.IsPositiveInfinity(levels[0]))
            throw new ArgumentException("log-SNR ∞ to start from: data without noise have none to go on with; "
                + "start at a finite level");
    }
}
