using Hybrid.Devices;

namespace Hybrid.Bench.Comparison;

/// <summary>From times to ratios.</summary>
static class Comparing
{
    /// <summary>A case's times and ratios.</summary>
    /// <remarks>
    /// Products and element-wise work are compared thread count by thread count. A step, a convolution or an
    /// aggregated posterior is what a user waits for, so each side has its best: of thread counts, optimisers and layouts. What rounds factors
    /// is compared with what rounds them alike.
    /// </remarks>
    public static PeerCaseResult Of(PeerCase work, IReadOnlyList<PeerTimes> times)
    {
        var eachItsBest = work.Section is Section.Steps or Section.Conv or Section.Pairs;
        var ratios =
            from time in times
            group time by (Threads: eachItsBest ? 0 : time.Threads, time.Precision) into alike
            orderby alike.Key
            from ratio in Ratios(alike.Key.Threads, alike.Key.Precision, [.. alike])
            select ratio;
        return new(work.Name, work.Section, work.Flops, times, [.. ratios]);
    }

    static IEnumerable<PeerRatio> Ratios(int threads, Precision precision, IReadOnlyList<PeerTimes> times)
    {
        var ours = Fastest(times.Where(time => time.Group == PeerImplementation.Ours));
        if (ours is null) yield break;
        foreach (var group in times.Where(time => time.Group != PeerImplementation.Ours).GroupBy(time => time.Group))
            if (Fastest(group) is { } peer && Ratio.Of(ours.Rounds, peer.Rounds) is { } ratio)
                yield return new(
                    group.Key, threads, $"{peer.Implementation} × {peer.Threads}", ours.Threads, ratio, precision);
    }

    static PeerTimes? Fastest(IEnumerable<PeerTimes> times) => times.MinBy(time => time.Seconds.Median);

    /// <summary>Sections against libraries.</summary>
    public static IEnumerable<PeerSummary> Summaries(IEnumerable<PeerCaseResult> cases) =>
        from one in cases
        from ratio in one.Ratios
        group (one.Case, ratio.TimesFaster) by (one.Section, ratio.Peer, ratio.Threads, ratio.Precision) into all
        let lowest = all.MinBy(pair => pair.TimesFaster.Median)
        select new PeerSummary(
            all.Key.Section, all.Key.Peer, all.Key.Threads, all.Count(),
            Ratio.GeometricMean([.. all.Select(pair => pair.TimesFaster.Median)]), lowest.TimesFaster.Median,
            lowest.Case, Ratio.GeometricMean([.. all.Select(pair => pair.TimesFaster.BestAgainstBest)]),
            all.Key.Precision);
}
