using System.Globalization;
using System.Text.Json.Serialization;
using Hybrid.Devices;

namespace Hybrid.Bench.Comparison;

/// <summary>What a contender was.</summary>
/// <param name="Name">As <c>--peers</c> takes it.</param>
/// <param name="About">Its own words: library, version, instructions.</param>
/// <param name="CodePath">The fastest of its code paths here.</param>
/// <param name="Skipped">Why it did not take part, and how to get it.</param>
public sealed record PeerFacts(string Name, string? About, string? CodePath, string? Skipped);

/// <summary>A contender's times in a case.</summary>
/// <param name="Implementation">Who.</param>
/// <param name="Group">Of which library.</param>
/// <param name="Threads">On how many threads.</param>
/// <param name="Rounds">Seconds of one run by round, the median within it; NaN where a round failed.</param>
/// <param name="Best">The fastest sample of all rounds.</param>
/// <param name="Seconds">The spread over rounds.</param>
public sealed record PeerTimes(
    string Implementation, string Group, int Threads, IReadOnlyList<double> Rounds, double Best, Spread Seconds)
{
    /// <summary>What factors of products were rounded to.</summary>
    public Precision Precision { get; init; }
}

/// <summary>A contender against us in one case.</summary>
/// <param name="Peer">The library.</param>
/// <param name="Threads">Of both where thread counts are compared one by one; 0 where each side has its
/// best.</param>
/// <param name="Configuration">The peer's fastest configuration, such as <c>torch-fused × 2</c>.</param>
/// <param name="OurThreads">And ours.</param>
/// <param name="TimesFaster">Peer's time over ours.</param>
/// <param name="Precision">Of both.</param>
public sealed record PeerRatio(
    string Peer, int Threads, string Configuration, int OurThreads, Ratio TimesFaster, Precision Precision);

/// <summary>One case: everybody's times, and how they compare.</summary>
public sealed record PeerCaseResult(
    string Case, Section Section, double? Flops, IReadOnlyList<PeerTimes> Times, IReadOnlyList<PeerRatio> Ratios);

/// <summary>A section against one library.</summary>
/// <param name="Section">The section.</param>
/// <param name="Peer">The library.</param>
/// <param name="Threads">As in <see cref="PeerRatio"/>.</param>
/// <param name="Cases">How many cases were compared.</param>
/// <param name="GeometricMean">Of the cases' median ratios.</param>
/// <param name="Lowest">The case where we are worst, by its median.</param>
/// <param name="LowestCase">Its name.</param>
/// <param name="BestAgainstBest">Geometric mean of best rounds against best rounds.</param>
/// <param name="Precision">Of both.</param>
public sealed record PeerSummary(
    Section Section, string Peer, int Threads, int Cases, double GeometricMean, double Lowest, string LowestCase,
    double BestAgainstBest, Precision Precision);

/// <summary>A contender that did not come to an end, or a case that it did not do.</summary>
public sealed record PeerTrouble(string Implementation, int Threads, string? Case, string What, bool Failure);

/// <summary>Everything that <c>peers</c> measured.</summary>
public sealed record PeersReport(MachineFacts Machine, string Device, int Rounds, IReadOnlyList<int> Threads)
{
    /// <summary>The day of the run, UTC.</summary>
    public string Date { get; init; } = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public List<PeerFacts> Implementations { get; init; } = [];

    public List<CheckResult> Checks { get; init; } = [];

    public List<PeerTrouble> Troubles { get; init; } = [];

    public List<PeerCaseResult> Cases { get; init; } = [];

    public List<PeerSummary> Summaries { get; init; } = [];

    /// <summary>Whether all numbers agreed and every worker came to its end.</summary>
    [JsonIgnore]
    public bool Right => Checks.All(check => check.Pass) && !Troubles.Any(trouble => trouble.Failure);
}
