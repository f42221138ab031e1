namespace Hybrid.Formulas.Tests;

/// <summary>Attention whose keys stream by, step by step in double, is the defined one.</summary>
[TestFixture]
public sealed class AttentionTests
{
    const int D = 5, Dv = 3;

    /// <summary>Scores up to 40 in either direction, so that a block may raise the maximum far.</summary>
    const double Scale = 2;

    static double[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => 4 * random.NextDouble() - 2)];

    static double[][] Rows(Random random, int rows, int cols) =>
        [.. Enumerable.Range(0, rows).Select(_ => Numbers(random, cols))];

    [TestCase(1, 32)]
    [TestCase(7, 32)]
    [TestCase(100, 32)]
    [TestCase(100, 1)]
    [TestCase(100, 7)]
    public void The_stream_is_the_definition_in_blocks_of_any_size(int s, int size)
    {
        var random = new Random(s + size);
        double[] q = Numbers(random, D);
        double[][] k = Rows(random, s, D), v = Rows(random, s, Dv);

        F64 m = F64.Const(MixtureDensity.Nothing), sum = F64.Const(0);
        var y = new F64[Dv];
        foreach (var block in Enumerable.Range(0, s).Chunk(size))
        {
            F64[] scores = [.. block.Select(j => F64.Const(Scale * q.Zip(k[j], (a, b) => a * b).Sum()))];
            var risen = scores.Aggregate(m, F64.Max);
            F64[] weights = [.. scores.Select(score => AttentionWeight.Apply(score, risen))];
            var shrink = OnlineSoftmax.Shrink(m, risen);
            sum = OnlineSoftmax.Join(sum, shrink, weights.Aggregate((a, b) => a + b));
            for (var d = 0; d < Dv; d++)
            {
                y[d] *= shrink;
                for (var j = 0; j < block.Length; j++)
                    y[d] = F64.Fma(weights[j], F64.Const(v[block[j]][d]), y[d]);
            }
            m = risen;
        }

        // A weight's argument is rounded in units of at most 80, and so are those of the factors behind it, whose
        // distances add up to no more; a sum of s terms and the chain beside it round s times each. Values are
        // below 2, and their mean is.
        var rounding = Math.ScaleB(4 * (80 + s), -53);
        var expected = Theory.Attention.Output(Scale, q, k, v);
        for (var d = 0; d < Dv; d++)
            Assert.That((y[d] / sum).V, Is.EqualTo(expected[d]).Within(2 * rounding));
        Assert.That(OnlineSoftmax.LogSum(m, sum).V,
            Is.EqualTo(Theory.Attention.LogSumNats(Scale, q, k)).Within(rounding));
    }

    [Test]
    public void A_weight_is_the_definition_s_from_the_log_sum_exp()
    {
        var random = new Random(5);
        double[] q = Numbers(random, D);
        var k = Rows(random, 9, D);
        var expected = Theory.Attention.Weights(Scale, q, k);
        var logSum = Theory.Attention.LogSumNats(Scale, q, k);
        for (var j = 0; j < k.Length; j++)
        {
            var score = Scale * q.Zip(k[j], (a, b) => a * b).Sum();
            Assert.That(FormulaCatalog.Find("AttentionWeight")!.Evaluate(score, logSum),
                Is.EqualTo(expected[j]).Within(Math.ScaleB(128, -53)));
        }
    }

    [Test]
    public void A_score_s_adjoint_is_the_whole_jacobian_s()
    {
        double[] weights = Theory.Attention.Weights(1, [1], [[0.3], [-2], [1.7], [0.9]]), bars = [1, -2, 0.5, 3];
        var delta = weights.Zip(bars, (p, bar) => p * bar).Sum();
        var expected = Theory.Attention.ScoreAdjoints(weights, bars);
        for (var j = 0; j < bars.Length; j++)
            Assert.That(FormulaCatalog.Find("AttentionScoreGrad")!.Evaluate(weights[j], bars[j], delta),
                Is.EqualTo(expected[j]).Within(Math.ScaleB(32, -53)));
    }
}
