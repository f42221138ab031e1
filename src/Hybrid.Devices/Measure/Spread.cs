namespace Hybrid.Devices.Measure;

/// <summary>Where the middle of some samples lies, and how wide they are: 10 %, median, 90 %.</summary>
/// <remarks>The mean is no use on a machine that does other things too: one late sample moves it.</remarks>
public readonly record struct Spread(double P10, double Median, double P90)
{
    /// <summary>The spread of samples, in their unit.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static Spread Of(ReadOnlySpan<double> samples)
    {
        if (samples.IsEmpty) throw new ArgumentException("A spread needs a sample.", nameof(samples));
        var sorted = samples.ToArray();
        Array.Sort(sorted);
        return new(Quantile(sorted, 0.1), Quantile(sorted, 0.5), Quantile(sorted, 0.9));
    }

    /// <summary>work / seconds, as a spread: the slow tenth of times is the low tenth of rates.</summary>
    public Spread Rate(double work) => new(work / P90, work / Median, work / P10);

    /// <summary>Straight lines between the order statistics (Hyndman &amp; Fan 1996, definition 7).</summary>
    static double Quantile(double[] sorted, double p)
    {
        var at = p * (sorted.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
