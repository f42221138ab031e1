using System.Diagnostics;
using System.Globalization;
using Hybrid.Devices;
using Hybrid.Information;

namespace Hybrid.Bench.Exactness;

/// <summary>I_q(n; z) of posteriors whose answer is known, and what each estimate from a batch makes of it.</summary>
/// <remarks>
/// N = 1000 posteriors N(μ_n, var·I) with μ_n ~ N(0, (1 − var)·I), 40 batches of 64 different examples. The exact
/// column is what each estimator gives in doubles in an independent program with means of its own; means drawn anew
/// move every figure by about 0.05 nats (standard deviation), on either side. Hoffman &amp; Johnson 2016; Chen et al.
/// 2018, arXiv:1802.04942.
/// </remarks>
static class AggregatedPosteriors
{
    const int N = 1000, B = 64, Batches = 40, Draws = 8;

    /// <summary>√2 of 0.05 and of the draws' own error, about 0.02, twice.</summary>
    const double Tolerance = 0.15;

    /// <summary>What each estimate of I_q gives, nats.</summary>
    sealed record Known(
        int D, double Var, double DataSet, double InBatch, double Weighted, double Stratified, double Published);

    static readonly Known[] Table =
    [
        new(2, 0.1, 2.297, 2.138, 9.046, 2.449, 2.144),
        new(4, 0.1, 4.374, 3.513, 10.421, 4.928, 3.524),
        new(10, 0.5, 3.337, 2.827, 9.735, 3.650, 2.838),
        new(10, 0.1, 6.854, 4.157, 11.065, 6.895, 4.185),
    ];

    public static IEnumerable<ExactnessExperiment> Experiments =>
    [
        .. Table.Select(row => new ExactnessExperiment(
            NameOf(row.D, row.Var), "1,000 random posteriors: the data set's I_q, and estimates from batches of 64",
            open => Run(open, row))),
        new("aggregated-posterior/separated", "1,000 posteriors that never meet", open => Limit(
            open, "separated", Math.Log(N), distance: 100)),
        new("aggregated-posterior/collapsed", "1,000 posteriors equal to the prior", open => Limit(
            open, "collapsed", 0, distance: 0)),
    ];

    static string NameOf(int D, double var) =>
        string.Create(CultureInfo.InvariantCulture, $"aggregated-posterior/D={D},var={var}");

    static ExactnessRow[] Run(Func<Device> open, Known row)
    {
        var watch = Stopwatch.StartNew();
        var D = row.D;
        var random = new Random(20180212 + D);
        float[] mu = new float[N * D], logVar = new float[N * D];
        for (var i = 0; i < mu.Length; i++)
        {
            mu[i] = (float)(Math.Sqrt(1 - row.Var) * GaussianPosteriors.Normal(random));
            logVar[i] = (float)Math.Log(row.Var);
        }
        double dataSet = 0;
        for (var draw = 0; draw < Draws; draw++)
            dataSet += GaussianPosteriors.Account(open, mu, logVar, random, D).MutualInformation / Draws;

        double inBatch = 0, weighted = 0, stratified = 0, published = 0;
        int[] order = [.. Enumerable.Range(0, N)];
        for (var batch = 0; batch < Batches; batch++)
        {
            random.Shuffle(order);
            var (m, l) = (Rows(mu, order, D), Rows(logVar, order, D));
            var some = new PosteriorBatch(m, l, GaussianPosteriors.Drawn(m, l, random), D);
            inBatch += MinibatchEstimates.InBatch(some) / Batches;
            weighted += MinibatchEstimates.MinibatchWeighted(some, N) / Batches;
            stratified += MinibatchEstimates.MinibatchStratified(some, N) / Batches;
            published += MinibatchEstimates.StratifiedAsPublished(some, N) / Batches;
        }

        var seconds = watch.Elapsed.TotalSeconds;
        ExactnessRow Row(string estimate, double exact, double measured) =>
            new($"{NameOf(D, row.Var)}/{estimate}", exact, measured, Tolerance, "nats", seconds);
        return
        [
            Row("data-set", row.DataSet, dataSet),
            Row("in-batch", row.InBatch, inBatch),
            Row("minibatch-weighted", row.Weighted, weighted),
            Row("minibatch-stratified", row.Stratified, stratified),
            Row("stratified-with-the-published-mistake", row.Published, published),
        ];
    }

    /// <summary>Unit posteriors in three dimensions, at a distance along the first.</summary>
    static ExactnessRow[] Limit(Func<Device> open, string name, double exact, float distance)
    {
        var watch = Stopwatch.StartNew();
        const int D = 3;
        float[] mu = new float[N * D], logVar = new float[N * D];
        for (var n = 0; n < N; n++) mu[n * D] = distance * n;
        var account = GaussianPosteriors.Account(open, mu, logVar, new(1), D);
        var seconds = watch.Elapsed.TotalSeconds;
        return
        [
            new($"aggregated-posterior/{name}/mutual-information", exact, account.MutualInformation, 1e-4, "nats",
                seconds),
            new($"aggregated-posterior/{name}/residual", 0, account.Residual, 1e-4, "1", seconds),
        ];
    }

    static float[] Rows(float[] values, int[] order, int D)
    {
        var rows = new float[B * D];
        for (var i = 0; i < B; i++) values.AsSpan(order[i] * D, D).CopyTo(rows.AsSpan(i * D));
        return rows;
    }
}
