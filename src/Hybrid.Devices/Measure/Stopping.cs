using System.Text.Json.Serialization;

namespace Hybrid.Devices.Measure;

/// <summary>How long to warm up and how much to measure.</summary>
/// <param name="WarmUpSeconds">At least so long, so that the runtime reaches its last tier of code.</param>
/// <param name="MeasureSeconds">Samples are taken until so much time has passed …</param>
/// <param name="MinSamples">… but at least so many</param>
/// <param name="MaxSamples">and at most so many.</param>
public sealed record Stopping(double WarmUpSeconds, double MeasureSeconds, int MinSamples, int MaxSamples)
{
    /// <summary>For numbers to quote.</summary>
    public static Stopping Full { get; } = new(0.15, 0.25, 5, 31);

    /// <summary>For continuous integration: does everything run, and is it right?</summary>
    public static Stopping Quick { get; } = new(0.02, 0.04, 3, 11);

    /// <summary>For a ceiling: what the machine reaches undisturbed, so many short looks.</summary>
    [JsonIgnore]
    public Stopping ForCeiling => this with { MeasureSeconds = 2 * MeasureSeconds, MaxSamples = 1000 };
}
