using Spectre.Console;

namespace Hybrid.Bench.Comparison;

/// <summary>The comparison as tables.</summary>
static class PeerTables
{
    public static IEnumerable<Table> Of(PeersReport report)
    {
        foreach (var section in report.Cases.GroupBy(one => one.Section)) yield return Section(section);
        if (report.Summaries.Count > 0) yield return Summary(report.Summaries);
    }

    static Table Section(IGrouping<Section, PeerCaseResult> section)
    {
        var table = Tables.New(section.Key.ToString().ToLowerInvariant(), "threads", "ours", "peer",
            "peer's way", "× faster", "min – max", "best : best");
        foreach (var one in section)
            if (one.Ratios.Count == 0)
                foreach (var time in one.Times)
                    Tables.Row(table, one.Case, Threads(time.Threads), Tables.Time(time.Seconds.Median),
                        "", time.Implementation, "", "", "");
            else
                foreach (var ratio in one.Ratios) Row(table, one, ratio);
        return table;
    }

    static void Row(Table table, PeerCaseResult one, PeerRatio ratio)
    {
        var ours = one.Times.First(time =>
            time.Group == PeerImplementation.Ours && time.Threads == ratio.OurThreads
            && time.Precision == ratio.Precision);
        var peer = one.Times.First(time => $"{time.Implementation} × {time.Threads}" == ratio.Configuration);
        var times = ratio.TimesFaster;
        Tables.Row(table, one.Case, Threads(ratio.Threads), Tables.Time(ours.Seconds.Median),
            Tables.Time(peer.Seconds.Median), ratio.Configuration, Tables.Number(times.Median),
            $"{Tables.Number(times.Min)} – {Tables.Number(times.Max)}", Tables.Number(times.BestAgainstBest));
    }

    static Table Summary(IEnumerable<PeerSummary> summaries)
    {
        var table = Tables.New("section", "peer", "precision", "threads", "cases", "geometric mean", "lowest",
            "lowest case", "best : best");
        foreach (var one in summaries)
            Tables.Row(table, one.Section.ToString().ToLowerInvariant(), one.Peer,
                one.Precision.ToString().ToLowerInvariant(), Threads(one.Threads), $"{one.Cases}", Tables.Number(one.GeometricMean), Tables.Number(one.Lowest), one.LowestCase,
                Tables.Number(one.BestAgainstBest));
        return table;
    }

    static string Threads(int threads) => threads == 0 ? "best" : $"{threads}";
}
