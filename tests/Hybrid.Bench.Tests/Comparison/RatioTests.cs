using Hybrid.Bench.Comparison;
using Hybrid.Devices;

namespace Hybrid.Bench.Tests.Comparison;

[TestFixture]
public class RatioTests
{
    [Test]
    public void A_ratio_is_of_the_same_round()
    {
        // The second round was twice as slow for both.
        var ratio = Ratio.Of([1, 2, 1], [2, 4, 3])!.Value;

        Assert.That(ratio, Is.EqualTo(new Ratio(Median: 2, Min: 2, Max: 3, BestAgainstBest: 2)));
    }

    [Test]
    public void Best_against_best_may_take_different_rounds() =>
        Assert.That(Ratio.Of([1, 4], [6, 3])!.Value.BestAgainstBest, Is.EqualTo(3));

    [Test]
    public void A_round_that_failed_counts_for_neither()
    {
        var ratio = Ratio.Of([1, double.NaN, 2], [2, 1, double.NaN])!.Value;

        Assert.That((ratio.Median, ratio.Min, ratio.Max), Is.EqualTo((2.0, 2.0, 2.0)));
    }

    [Test]
    public void Without_a_common_round_there_is_no_ratio() =>
        Assert.That(Ratio.Of([1, double.NaN], [double.NaN, 1]), Is.Null);

    [Test]
    public void Different_numbers_of_rounds_are_refused() =>
        Assert.That(() => Ratio.Of([1], [1, 2]), Throws.ArgumentException);

    [Test]
    public void Twice_and_half_cancel_in_the_mean() =>
        Assert.That(Ratio.GeometricMean([2, 0.5]), Is.EqualTo(1).Within(1e-15));

    static PeerTimes Times(string name, string group, int threads, double seconds) =>
        new(name, group, threads, [seconds], seconds, Spread.Of([seconds]));

    [Test]
    public void Products_meet_thread_count_by_thread_count()
    {
        var result = Comparing.Of(PeerCases.Named("gemm/NN 128x128x128"),
        [
            Times("hybrid", "hybrid", 1, 2), Times("hybrid", "hybrid", 2, 1), Times("mkl", "mkl", 1, 4),
            Times("mkl", "mkl", 2, 3),
        ]);

        Assert.That(result.Ratios.Select(ratio => (ratio.Threads, ratio.TimesFaster.Median)),
            Is.EqualTo(new[] { (1, 2.0), (2, 3.0) }));
    }

    [Test]
    public void A_step_meets_the_peers_best_of_all_its_ways()
    {
        var result = Comparing.Of(PeerCases.Named("steps/Vae b128"),
        [
            Times("hybrid", "hybrid", 1, 2), Times("hybrid", "hybrid", 2, 1),
            Times("torch", "libtorch", 2, 5), Times("torch-fused", "libtorch", 1, 3),
            Times("torch-fused", "libtorch", 2, 4),
        ]);

        var ratio = result.Ratios.Single();
        Assert.That((ratio.Configuration, ratio.OurThreads, ratio.TimesFaster.Median),
            Is.EqualTo(("torch-fused × 1", 2, 3.0)));
    }

    [Test]
    public void Rounded_factors_meet_factors_that_are_rounded_alike()
    {
        var result = Comparing.Of(PeerCases.Named("steps/Vae b128"),
        [
            Times("hybrid", "hybrid", 1, 4), Times("python-graph", "pytorch", 1, 8),
            Times("hybrid-tf32", "hybrid", 1, 2) with { Precision = Precision.Tf32 },
            Times("python-graph-tf32", "pytorch", 1, 3) with { Precision = Precision.Tf32 },
        ]);

        Assert.That(result.Ratios.Select(ratio => (ratio.Precision, ratio.Configuration, ratio.TimesFaster.Median)),
            Is.EqualTo(new[]
            {
                (Precision.Fp32, "python-graph × 1", 2.0), (Precision.Tf32, "python-graph-tf32 × 1", 1.5),
            }));
        Assert.That(Comparing.Summaries([result]).Select(summary => summary.Precision),
            Is.EqualTo(new[] { Precision.Fp32, Precision.Tf32 }));
    }

    [Test]
    public void A_summary_names_the_case_where_we_are_worst()
    {
        var cases = new[] { ("gemm/NN 128x128x128", 2.0), ("gemm/NN 256x256x256", 0.5) }.Select(one =>
            Comparing.Of(PeerCases.Named(one.Item1),
                [Times("hybrid", "hybrid", 1, 1), Times("mkl", "mkl", 1, one.Item2)]));

        var summary = Comparing.Summaries(cases).Single();
        Assert.That(summary.GeometricMean, Is.EqualTo(1).Within(1e-15));
        Assert.That((summary.Lowest, summary.LowestCase), Is.EqualTo((0.5, "gemm/NN 256x256x256")));
    }
}
