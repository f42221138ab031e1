using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

/// <summary>Attention: the same bits with every lane and number of threads, near the softmax in double.</summary>
[TestFixture]
public sealed class AttentionTests
{
    /// <summary>
    /// One key; rows on both sides of a lane's and of two lanes'; keys of both sides of a block; columns that are
    /// no multiple of four; enough work to share.
    /// </summary>
    static readonly AttentionShape[] Shapes =
    [
        new(1, 1, 1, 1, 1), new(2, 3, 1, 5, 2), new(3, 33, 31, 3, 33), new(2, 40, 70, 64, 65),
        new(1, 5, 33, 65, 64), new(3, 17, 32, 8, 8),
    ];

    [TestCaseSource(nameof(Shapes))]
    public void Forward(AttentionShape s)
    {
        float[] q = Sample.Uniform(s.Queries * s.D, 1), k = Sample.Uniform(s.Keys * s.D, 2);
        var v = Sample.Uniform(s.Keys * s.Dv, 3);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor y = bed.Out(s.Queries, s.Dv), logSum = bed.Out(s.Queries, 1);
            bed.Ops.Attention(
                bed.In(q, s.Queries, s.D), bed.In(k, s.Keys, s.D), bed.In(v, s.Keys, s.Dv), s, y, logSum);
            return [y, logSum];
        });
        Row[] rows = [.. Enumerable.Range(0, s.Queries).Select(query => new Row(s, query, q, k))];
        Bound(outputs[0], i => rows[i / s.Dv].Output(v, i % s.Dv));
        Bound(outputs[1], query => rows[query].LogSum);
    }

    /// <summary>A query's softmax in double, and how far float32 may be from it, in roundings.</summary>
    sealed class Row
    {
        readonly AttentionShape s;
        readonly int first;
        readonly double[] weights;
        readonly double largest, sum, scoreError, weightError, sumError;

        public Row(AttentionShape s, int query, float[] q, float[] k)
        {
            (this.s, first) = (s, query / s.T * s.S);
            var scores = new double[s.S];
            for (var j = 0; j < s.S; j++)
            {
                double size = 0;
                for (var d = 0; d < s.D; d++)
                {
                    var product = (double)s.Scale * q[query * s.D + d] * k[(first + j) * s.D + d];
                    scores[j] += product;
                    size += Math.Abs(product);
                }
                // A chain of D steps, and the scale.
                scoreError = Math.Max(scoreError, (s.D + 1) * size);
            }
            largest = scores.Max();
            weights = [.. scores.Select(score => Math.Exp(score - largest))];
            sum = weights.Sum();
            // A weight passes the exponential once, and once more, with a product, for each block behind it;
            // the arguments' roundings add up to those of its whole distance from the maximum.
            var blocks = (s.S - 1) / 32 + 1;
            weightError = (blocks + 1) * (2 * LaneMath.MaxUlp.Exp + 1) + largest - scores.Min();
            sumError = weightError + 5 + blocks;
        }

        /// <summary>Scores wrong by δ move a quotient of weights by a factor of at most e^2δ.</summary>
        public (double, double) Output(float[] v, int d)
        {
            double exact = 0, size = 0;
            for (var j = 0; j < s.S; j++)
            {
                var term = weights[j] / sum * v[(first + j) * s.Dv + d];
                exact += term;
                size += Math.Abs(term);
            }
            return (exact, U * (2 * scoreError + weightError + s.S + sumError + 1) * size);
        }

        /// <summary>A log-sum-exp moves by no more than its scores do.</summary>
        public (double, double) LogSum
        {
            get
            {
                var exact = largest + Math.Log(sum);
                return (exact, U * (scoreError + sumError
                    + 2 * LaneMath.MaxUlp.Log * Math.Log(sum) + Math.Abs(exact) + Math.Abs(largest)));
            }
        }
    }

    [TestCaseSource(nameof(Shapes))]
    public void Adjoints(AttentionShape s)
    {
        float[] q = Sample.Uniform(s.Queries * s.D, 1), k = Sample.Uniform(s.Keys * s.D, 2);
        float[] v = Sample.Uniform(s.Keys * s.Dv, 3), dy = Sample.Uniform(s.Queries * s.Dv, 4);
        var dLogSum = Sample.Uniform(s.Queries, 5);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor queries = bed.In(q, s.Queries, s.D), keys = bed.In(k, s.Keys, s.D);
            Tensor values = bed.In(v, s.Keys, s.Dv), adjoint = bed.In(dy, s.Queries, s.Dv);
            Tensor y = bed.Out(s.Queries, s.Dv), logSum = bed.Out(s.Queries, 1), delta = bed.Out(s.Queries, 1);
            Tensor dq = bed.Out(s.Queries, s.D), dk = bed.Out(s.Keys, s.D), dv = bed.Out(s.Keys, s.Dv);
            bed.Ops.Attention(queries, keys, values, s, y, logSum);
            bed.Ops.AttentionDelta(y, adjoint, bed.In(dLogSum, s.Queries, 1), delta);
            bed.Ops.AttentionGradQuery(queries, keys, values, adjoint, logSum, delta, s, dq);
            bed.Ops.AttentionGradKeyValue(queries, keys, values, adjoint, logSum, delta, s, dk, dv);
            return [y, delta, dq, dk, dv];
        });
        Bound(outputs[1], i =>
        {
            var (sum, error) = Sum(s.Dv, d =>
            {
                var product = (double)dy[i * s.Dv + d] * outputs[0][i * s.Dv + d];
                return (product, U * Math.Abs(product));
            });
            return (sum - dLogSum[i], error + U * Math.Abs(sum - dLogSum[i]));
        });
        Assert.That(outputs.SelectMany(output => output), Has.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void One_key_gives_its_value()
    {
        var y = Everywhere.Same(bed =>
        {
            Tensor to = bed.Out(3, 2), logSum = bed.Out(3, 1);
            bed.Ops.Attention(
                bed.In([1, -2, 3e4f], 3, 1), bed.In([5], 1, 1), bed.In([0.1f, -7], 1, 2), new(1, 3, 1, 1, 2), to,
                logSum);
            return to;
        });
        Assert.That(y, Is.EqualTo(new[] { 0.1f, -7, 0.1f, -7, 0.1f, -7 }));
    }

    [Test]
    public void Scores_of_any_size_give_numbers()
    {
        var outputs = Everywhere.Same(bed =>
        {
            Tensor to = bed.Out(2, 1), logSum = bed.Out(2, 1);
            bed.Ops.Attention(
                bed.In([1e4f, -1e4f], 2, 1), bed.In([1, 1e4f], 2, 1), bed.In([3, 5], 2, 1), new(1, 2, 2, 1, 1), to,
                logSum);
            return [to, logSum];
        });
        Assert.That(outputs[0], Is.EqualTo(new[] { 5f, 3f }));
        Assert.That(outputs[1], Is.EqualTo(new[] { 1e8f, -1e4f }));
    }
}
