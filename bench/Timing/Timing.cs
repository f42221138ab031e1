using System.Diagnostics;

namespace Hybrid.Bench;

/// <summary>Measured times of one call, in seconds.</summary>
/// <param name="Seconds">The spread over the samples.</param>
/// <param name="Best">The fastest sample.</param>
/// <param name="Samples">How many there were.</param>
/// <param name="CallsPerSample">Calls that a sample is the mean of.</param>
public readonly record struct Timing(Spread Seconds, double Best, int Samples, int CallsPerSample)
{
    /// <summary>A sample lasts at least so long: the clock and a switch of threads cost well under 1 % of it.</summary>
    const double SampleSeconds = 1e-3;

    /// <summary>Warms up, then times <paramref name="work"/>.</summary>
    public static Timing Of(Action work, Stopping stopping)
    {
        var calls = WarmUp(work, stopping.WarmUpSeconds);
        var samples = new List<double>(stopping.MaxSamples);
        var total = Stopwatch.StartNew();
        while (samples.Count < stopping.MinSamples
            || samples.Count < stopping.MaxSamples && total.Elapsed.TotalSeconds < stopping.MeasureSeconds)
            samples.Add(Sample(work, calls));
        return new(Spread.Of([.. samples]), samples.Min(), samples.Count, calls);
    }

    /// <returns>How many calls fill a sample.</returns>
    static int WarmUp(Action work, double seconds)
    {
        var total = Stopwatch.StartNew();
        var calls = 1;
        double perCall;
        do
        {
            perCall = Sample(work, calls);
            if (perCall * calls < SampleSeconds) calls *= 2;
        }
        while (perCall * calls < SampleSeconds || total.Elapsed.TotalSeconds < seconds);
        return Math.Max(1, (int)Math.Ceiling(SampleSeconds / perCall));
    }

    static double Sample(Action work, int calls)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++) work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }
}
