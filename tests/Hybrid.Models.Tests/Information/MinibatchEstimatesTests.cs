using Hybrid.Devices.Host;
using Hybrid.Information;

namespace Hybrid.Models.Tests.Information;

/// <summary>Estimates from a batch: their weights, their ceilings, and what each makes of a known I_q.</summary>
[TestFixture]
public class MinibatchEstimatesTests
{
    [TestCase(2, 2)]
    [TestCase(2, 10)]
    [TestCase(64, 1000)]
    [TestCase(64, 64)]
    public void Stratified_rows_sum_to_1(int B, int N)
    {
        for (var i = 0; i < B; i++)
            Assert.That(Row(i, B, N, MinibatchEstimates.StratifiedWeight).Sum(), Is.EqualTo(1).Within(1e-12));
    }

    /// <summary>Over every batch that holds the own example, each of the N gets 1/N on average.</summary>
    [Test]
    public void Stratified_weights_are_unbiased()
    {
        const int N = 5, B = 3;
        var mean = new double[N];
        int[][] batches = [.. from a in Enumerable.Range(1, N - 1) from b in Enumerable.Range(1, N - 1)
                              where a != b select new[] { 0, a, b }];
        foreach (var batch in batches)
            for (var j = 0; j < B; j++)
                mean[batch[j]] += MinibatchEstimates.StratifiedWeight(0, j, B, N) / batches.Length;
        Assert.That(mean, Has.All.EqualTo(1.0 / N).Within(1e-15));
    }

    /// <summary>The matrix in circulation: the first column has what the diagonal should have.</summary>
    [Test]
    public void Published_weights_sit_in_the_wrong_column()
    {
        const int B = 4, N = 12, M = B - 1;
        const double own = 1.0 / N, odd = (N - (double)M) / (N * M), rest = 1.0 / M;
        double[] row = [own, odd, rest, rest];
        double[][] expected = [row, row, [odd, odd, rest, rest], row];
        for (var i = 0; i < B; i++)
            Assert.That(Row(i, B, N, MinibatchEstimates.PublishedWeight), Is.EqualTo(expected[i]).Within(1e-15));
    }

    /// <summary>A batch that is the data set leaves nothing to estimate.</summary>
    [Test]
    public void A_batch_of_everything_is_exact()
    {
        using var device = new HostDevice(threads: 1);
        var all = Posteriors.Random(64, 4, 0.1, seed: 5);
        var exact = all.Account(device).MutualInformation;
        var batch = new PosteriorBatch(all.Mu, all.LogVar, all.Z, 4);
        Assert.That(MinibatchEstimates.InBatch(batch), Is.EqualTo(exact).Within(1e-4));
    }

    [Test]
    public void Separated_posteriors_show_every_ceiling()
    {
        const int B = 64, N = 1000;
        float[] mu = [.. Enumerable.Range(0, B).Select(n => 100f * n)];
        var all = Posteriors.Drawn(B, 1, mu, new float[B], new(6));
        double inBatch, weighted, stratified, published;
        {
            var batch = new PosteriorBatch(all.Mu, all.LogVar, all.Z, 1);
            inBatch = MinibatchEstimates.InBatch(batch);
            weighted = MinibatchEstimates.MinibatchWeighted(batch, N);
            stratified = MinibatchEstimates.MinibatchStratified(batch, N);
            published = MinibatchEstimates.StratifiedAsPublished(batch, N);
        }
        // Of the rows of the published matrix only the first two do not give their own example 1/(B − 1).
        var odd = (N - 63.0) / (N * 63.0);
        var mistaken = (Math.Log(N) - Math.Log(odd) + 62 * Math.Log(63)) / B;
        Assert.Multiple(() =>
        {
            Assert.That(inBatch, Is.EqualTo(Math.Log(B)).Within(1e-9), "I_q is ln N");
            Assert.That(weighted, Is.EqualTo(Math.Log(B) + Math.Log(N)).Within(1e-9), "more than anything true");
            Assert.That(stratified, Is.EqualTo(Math.Log(N)).Within(1e-9));
            Assert.That(published, Is.EqualTo(mistaken).Within(1e-9));
        });
    }

    [Test]
    public void Weighted_sampling_is_the_in_batch_estimate_and_ln_N()
    {
        var some = Posteriors.Random(30, 3, 0.2, seed: 8);
        var batch = new PosteriorBatch(some.Mu, some.LogVar, some.Z, 3);
        Assert.That(MinibatchEstimates.MinibatchWeighted(batch, 777),
            Is.EqualTo(MinibatchEstimates.InBatch(batch) + Math.Log(777)).Within(1e-12));
    }

    static double[] Row(int i, int B, int N, Func<int, int, int, int, double> weight) =>
        [.. Enumerable.Range(0, B).Select(j => weight(i, j, B, N))];
}
