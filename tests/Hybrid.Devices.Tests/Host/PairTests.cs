using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

/// <summary>What critics are made of, against plain loops.</summary>
[TestFixture]
public sealed class PairTests
{
    /// <summary>B rows, M partners, D columns: both sides of a lane and of a group of columns.</summary>
    static readonly (int B, int M, int D)[] Shapes =
        [(1, 1, 1), (2, 3, 15), (3, 2, 33), (5, 4, 64), (9, 7, 130), (40, 37, 70)];

    static readonly Activation[] ReadOffOutputs =
        [Activation.Identity, Activation.Relu, Activation.Tanh, Activation.Sigmoid];

    [Test]
    public void Every_row_meets_every_row(
        [ValueSource(nameof(Shapes))] (int B, int M, int D) s, [Values] Activation act)
    {
        float[] a = Sample.Uniform(s.B * s.D, 1), b = Sample.Uniform(s.M * s.D, 2);
        var sums = new float[s.B * s.M * s.D];
        for (var i = 0; i < sums.Length; i++)
            sums[i] = a[i / s.D / s.M * s.D + i % s.D] + b[i / s.D % s.M * s.D + i % s.D];
        var outputs = Everywhere.Same(bed =>
        {
            Tensor y = bed.Out(s.B * s.M, s.D), expected = bed.Out(s.B * s.M, s.D);
            bed.Ops.PairSum(bed.In(a, s.B, s.D), bed.In(b, s.M, s.D), act, y);
            bed.Ops.Activate(act, bed.In(sums, s.B * s.M, s.D), expected);
            return [y, expected];
        });
        Everywhere.AssertSameBits(outputs[0], outputs[1], "the activation of the sum");
    }

    [Test]
    public void Adjoints_are_sums_in_ascending_order(
        [ValueSource(nameof(Shapes))] (int B, int M, int D) s,
        [ValueSource(nameof(ReadOffOutputs))] Activation act)
    {
        float[] y = Sample.Uniform(s.B * s.M * s.D, 3, -1, 1), dy = Sample.Uniform(s.B * s.M * s.D, 4);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor known = bed.In(y, s.B * s.M, s.D), adjoint = bed.In(dy, s.B * s.M, s.D);
            Tensor da = bed.Out(s.B, s.D), db = bed.Out(s.M, s.D), g = bed.Out(s.B * s.M, s.D);
            bed.Ops.PairSumGrad(act, known, adjoint, da, db);
            bed.Ops.ActivateGrad(act, known, adjoint, g);
            return [da, db, g];
        });
        float[] wantedA = new float[s.B * s.D], wantedB = new float[s.M * s.D];
        for (var i = 0; i < outputs[2].Length; i++)
        {
            wantedA[i / s.D / s.M * s.D + i % s.D] += outputs[2][i];
            wantedB[i / s.D % s.M * s.D + i % s.D] += outputs[2][i];
        }
        Everywhere.AssertSameBits(outputs[0], wantedA, "da");
        Everywhere.AssertSameBits(outputs[1], wantedB, "db");
    }

    [Test]
    public void Adjoints_of_an_activation_that_needs_its_input_are_refused() => Assert.That(
        () => Everywhere.Same(bed =>
        {
            var da = bed.Out(1, 1);
            bed.Ops.PairSumGrad(Activation.Silu, bed.Out(1, 1), bed.Out(1, 1), da, bed.Out(1, 1));
            return da;
        }), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void MatrixProduct_is_a_chain_of_fused_steps(
        [Values(1, 5, 65)] int b, [Values(1, 17, 100)] int n, [Values(1, 33)] int k)
    {
        float[] x = Sample.Uniform(b * k, 5), w = Sample.Uniform(k * n, 6);
        var y = Everywhere.Same(bed =>
        {
            var to = bed.Out(b, n);
            bed.Ops.MatrixProduct(bed.In(x, b, k), bed.In(w, k, n), to);
            return to;
        });
        for (var i = 0; i < y.Length; i++)
        {
            var sum = 0f;
            for (var j = 0; j < k; j++)
                sum = MathF.FusedMultiplyAdd(x[i / n * k + j], w[j * n + i % n], sum);
            Assert.That(y[i], Is.EqualTo(sum));
        }
    }

    /// <summary>Fewer products than tasks, more; one of them too small to share and all of them large.</summary>
    static readonly (int Count, int M, int N, int K)[] Batches =
        [(1, 3, 5, 2), (2, 65, 33, 17), (13, 5, 9, 3), (17, 40, 50, 33)];

    [Test]
    public void Products_of_a_batch_are_chains_of_fused_steps(
        [Values] Factors factors, [ValueSource(nameof(Batches))] (int Count, int M, int N, int K) s)
    {
        bool left = factors == Factors.LeftTransposed, right = factors == Factors.RightTransposed;
        float[] a = Sample.Uniform(s.Count * s.M * s.K, 5), b = Sample.Uniform(s.Count * s.K * s.N, 6);
        var y = Everywhere.Same(bed =>
        {
            var to = bed.Out(s.Count * s.M, s.N);
            bed.Ops.BatchedProduct(
                factors,
                left ? bed.In(a, s.Count * s.K, s.M) : bed.In(a, s.Count * s.M, s.K),
                right ? bed.In(b, s.Count * s.N, s.K) : bed.In(b, s.Count * s.K, s.N), s.Count, to);
            return to;
        });
        for (var i = 0; i < y.Length; i++)
        {
            int slice = i / s.N / s.M, m = i / s.N % s.M, n = i % s.N;
            var sum = 0f;
            for (var k = 0; k < s.K; k++)
            {
                var p = a[slice * s.M * s.K + (left ? k * s.M + m : m * s.K + k)];
                sum = MathF.FusedMultiplyAdd(p, b[slice * s.K * s.N + (right ? n * s.K + k : k * s.N + n)], sum);
            }
            Assert.That(y[i], Is.EqualTo(sum));
        }
    }

    [Test]
    public void InfoNce_and_its_gradient([Values(1, 2, 16, 31, 33, 129)] int n)
    {
        float[] scores = Sample.Uniform(n * n, 7, -12, 12), dNll = Sample.Uniform(n, 8);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor s = bed.In(scores, n, n), nll = bed.Out(n, 1), dScores = bed.Out(n, n);
            bed.Ops.InfoNceRows(s, nll);
            bed.Ops.InfoNceRowsGrad(s, nll, bed.In(dNll, n, 1), dScores);
            return [nll, dScores];
        });
        Bound(outputs[0], i => Nll(i));
        Bound(outputs[1], at =>
        {
            var (i, j) = (at / n, at % n);
            var (nll, error) = Nll(i);
            var difference = (double)scores[at] - scores[i * n + i];
            var probability = Math.Exp(difference - nll);
            var weight = i == j ? probability - 1 : probability;
            // The exponent's error is nll's and a rounding of each of two differences.
            var exponent = i == j ? error
                : error + U * (Math.Abs(difference) + Math.Abs(difference - nll));
            return (dNll[i] * weight, Math.Abs(dNll[i])
                * (probability * exponent + U * Math.Abs(weight) * (2 * LaneMath.MaxUlp.Expm1 + 1)));
        });

        (double Exact, double Error) Nll(int i)
        {
            var max = Enumerable.Range(0, n).Max(j => (double)scores[i * n + j]);
            var (sum, error) = Sum(n, j =>
            {
                var shift = scores[i * n + j] - max;
                return (Math.Exp(shift), U * Math.Exp(shift) * (2 * LaneMath.MaxUlp.Exp - shift));
            });
            var (log, gap) = (Math.Log(sum), max - scores[i * n + i]);
            return (log + gap, error / sum + U * (2 * LaneMath.MaxUlp.Log * log + gap + log + gap));
        }
    }

    /// <summary>Equal scores: ln n whatever they are, also where their exponentials would overflow.</summary>
    [Test]
    public void InfoNce_of_a_critic_that_knows_nothing([Values(0, 1e4f, -3e38f)] float score)
    {
        var nll = Everywhere.Same(bed =>
        {
            var to = bed.Out(8, 1);
            bed.Ops.InfoNceRows(bed.In([.. Enumerable.Repeat(score, 64)], 8, 8), to);
            return to;
        });
        Bound(nll, _ => (Math.Log(8), 2 * U * LaneMath.MaxUlp.Log * Math.Log(8)));
    }
}
