using System.Diagnostics;

namespace Hybrid.Devices.Measure;

/// <summary>Measured times of one call, in seconds.</summary>
/// <param name="Seconds">The spread over the samples.</param>
/// <param name="Best">The fastest sample.</param>
/// <param name="Samples">How many there were.</param>
/// <param name="CallsPerSample">Calls that a sample is the mean of.</param>
public readonly record struct Timing(Spread Seconds, double Best, int Samples, int CallsPerSample)
{
    /// <summary>A sample lasts at least so long: reading the clock costs well under 1 % of it.</summary>
    const double SampleSeconds = 1e-3;

    /// <summary>Warms up, then times <paramref name="work"/> by the wall clock.</summary>
    public static Timing Of(Action work, Stopping stopping)
    {
        return Of(Seconds, stopping);

        double Seconds(int calls)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < calls; i++) work();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    /// <summary>Warms up, then times what a clock of its own measures.</summary>
    /// <param name="clock">From calls to their seconds together.</param>
    /// <param name="stopping">How long.</param>
    public static Timing Of(Func<int, double> clock, Stopping stopping)
    {
        var calls = WarmUp(clock, stopping.WarmUpSeconds);
        var samples = new List<double>(stopping.MaxSamples);
        var total = Stopwatch.StartNew();
        while (samples.Count < stopping.MinSamples
            || samples.Count < stopping.MaxSamples && total.Elapsed.TotalSeconds < stopping.MeasureSeconds)
            samples.Add(clock(calls) / calls);
        return new(Spread.Of([.. samples]), samples.Min(), samples.Count, calls);
    }

    /// <returns>How many calls fill a sample.</returns>
    static int WarmUp(Func<int, double> clock, double seconds)
    {
        var total = Stopwatch.StartNew();
        for (var calls = 1; ;)
        {
            var sample = clock(calls);
            if (sample < SampleSeconds) calls *= 2;
            else if (total.Elapsed.TotalSeconds >= seconds)
                return Math.Max(1, (int)Math.Ceiling(calls * SampleSeconds / sample));
        }
    }
}
