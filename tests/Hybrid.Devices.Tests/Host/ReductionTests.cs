using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

[TestFixture]
public sealed class ReductionTests
{
    static readonly Shape[] Shapes = Shape.Awkward;

    const double LogTwoPi = 1.8378770664093454836;

    [Test]
    public void RowSums_and_ColumnSums_sum([ValueSource(nameof(Shapes))] Shape s)
    {
        var x = Sample.Uniform(s, 1);
        var sums = Everywhere.Same(bed =>
        {
            Tensor from = bed.In(x, s.B, s.D), rows = bed.Out(s.B, 1), cols = bed.Out(s.D, 1);
            bed.Ops.RowSums(from, rows);
            bed.Ops.ColumnSums(from, cols);
            return [rows, cols];
        });
        Bound(sums[0], b => Sum(s.D, d => (x[b * s.D + d], 0)));
        for (var d = 0; d < s.D; d++)
        {
            var sum = 0f;
            for (var b = 0; b < s.B; b++) sum += x[b * s.D + d];
            Assert.That(sums[1][d], Is.EqualTo(sum));
        }
    }

    [Test]
    public void Sum_scales_the_sum_of_a_vector([Values(1, 31, 33, 1000, 40_007)] int n)
    {
        var x = Sample.Uniform(n, 2);
        var sum = Everywhere.Same(bed =>
        {
            var y = bed.Out(1, 1);
            bed.Ops.Sum(bed.In(x, n, 1), 0.25f, y);
            return y;
        }, onlyDense: true);
        Bound(sum, _ =>
        {
            var (exact, error) = Sum(n, i => (x[i], 0));
            return (0.25 * exact, 0.25 * error);
        });
    }

    [Test]
    public void The_32_partial_sums_and_their_butterfly_are_the_documented_ones()
    {
        const float Big = 1 << 24;
        var strided = new float[64];
        // Partial 0 is 2²⁴ + 1 = 2²⁴, partial 16 is −2²⁴. From left to right the sum would be 1.
        (strided[0], strided[16], strided[32]) = (Big, -Big, 1);
        var butterfly = new float[64];
        // s₀ + s₁₆ = 0 comes before s₁. Neighbours first, the sum would be 0.
        (butterfly[0], butterfly[1], butterfly[16]) = (Big, 1, -Big);
        var steps = new float[64];
        // 8 before 4: (s₀ + s₈) + s₄ = (2²⁴ − 2²⁴) + 1.
        (steps[0], steps[4], steps[8]) = (Big, 1, -Big);
        var sums = Everywhere.Same(bed =>
        {
            Tensor rows = bed.Out(3, 1), vector = bed.Out(1, 1);
            bed.Ops.RowSums(bed.In([.. strided, .. butterfly, .. steps], 3, 64), rows);
            bed.Ops.Sum(bed.In(butterfly, 64, 1, Layout.Dense), 1, vector);
            return [rows, vector];
        });
        Assert.That(sums[0], Is.EqualTo(new float[] { 0, 1, 1 }));
        Assert.That(sums[1], Is.EqualTo(new float[] { 1 }));
    }

    [Test]
    public void KlRows_and_its_gradient([ValueSource(nameof(Shapes))] Shape s)
    {
        float[] mu = Sample.Uniform(s, 3), logVar = Sample.Uniform(s, 4, -4, 2), dKl = Sample.Uniform(s.B, 5);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor m = bed.In(mu, s.B, s.D), l = bed.In(logVar, s.B, s.D);
            Tensor kl = bed.Out(s.B, 1), dMu = bed.Out(s.B, s.D), dLogVar = bed.Out(s.B, s.D);
            bed.Ops.KlRows(m, l, kl);
            bed.Ops.KlRowsGrad(m, l, bed.In(dKl, s.B, 1), dMu, dLogVar);
            return [kl, dMu, dLogVar];
        });
        Bound(outputs[0], b => Sum(s.D, d => Kl(mu[b * s.D + d], logVar[b * s.D + d])));
        Bound(outputs[1], i => (dKl[i / s.D] * (double)mu[i], U * Math.Abs(dKl[i / s.D] * (double)mu[i])));
        Bound(outputs[2], i =>
        {
            var exact = dKl[i / s.D] * 0.5 * Math.Exp(logVar[i]) - dKl[i / s.D] * 0.5;
            return (exact, (2 * LaneMath.MaxUlp.Expm1 + 1) * U * Math.Abs(exact));
        });
    }

    [Test]
    public void KlColumns_and_its_gradient([ValueSource(nameof(Shapes))] Shape s)
    {
        float[] mu = Sample.Uniform(s, 3), logVar = Sample.Uniform(s, 4, -4, 2), dKl = Sample.Uniform(s.D, 5);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor m = bed.In(mu, s.B, s.D), l = bed.In(logVar, s.B, s.D);
            Tensor kl = bed.Out(s.D, 1), dMu = bed.Out(s.B, s.D), dLogVar = bed.Out(s.B, s.D);
            bed.Ops.KlColumns(m, l, kl);
            bed.Ops.KlColumnsGrad(m, l, bed.In(dKl, s.D, 1, Layout.Dense), dMu, dLogVar);
            return [kl, dMu, dLogVar];
        });
        Bound(outputs[0], d => Sum(s.B, b => Kl(mu[b * s.D + d], logVar[b * s.D + d])));
        Bound(outputs[1], i => (dKl[i % s.D] * (double)mu[i], U * Math.Abs(dKl[i % s.D] * (double)mu[i])));
        Bound(outputs[2], i =>
        {
            var exact = dKl[i % s.D] * 0.5 * Math.Exp(logVar[i]) - dKl[i % s.D] * 0.5;
            return (exact, (2 * LaneMath.MaxUlp.Expm1 + 1) * U * Math.Abs(exact));
        });
    }

    /// <summary>½ (μ² + (e^ℓ − 1) − ℓ): expm1's error, the difference's and the fused step's.</summary>
    static (double Exact, double Error) Kl(double mu, double logVar)
    {
        var e = Math.Exp(logVar) - 1;
        var kl = 0.5 * (mu * mu + e - logVar);
        return (kl, U * (LaneMath.MaxUlp.Expm1 * Math.Abs(e) + 0.5 * Math.Abs(e - logVar) + Math.Abs(kl)));
    }

    [Test]
    public void BernoulliNllRows_and_its_gradient([ValueSource(nameof(Shapes))] Shape s)
    {
        float[] logits = Sample.Uniform(s, 6, -8, 8), x = Sample.Uniform(s, 7, 0, 1);
        var dNll = Sample.Uniform(s.B, 8);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor l = bed.In(logits, s.B, s.D), data = bed.In(x, s.B, s.D);
            Tensor nll = bed.Out(s.B, 1), dLogits = bed.Out(s.B, s.D);
            bed.Ops.BernoulliNllRows(l, data, nll);
            Tensor together = bed.Out(s.B, 1), dTogether = bed.Out(s.B, s.D), adjoint = bed.In(dNll, s.B, 1);
            bed.Ops.BernoulliNllRowsGrad(l, data, adjoint, dLogits);
            bed.Ops.BernoulliNllRowsWithGrad(l, data, adjoint, together, dTogether);
            return [nll, dLogits, together, dTogether];
        });
        Everywhere.AssertSameBits(outputs[2], outputs[0], "rows, in one pass");
        Everywhere.AssertSameBits(outputs[3], outputs[1], "adjoints, in one pass");
        Bound(outputs[0], b => Sum(s.D, d =>
        {
            double l = logits[b * s.D + d], p = 1 / (1 + Math.Exp(-l)), t = x[b * s.D + d];
            var softplus = -Math.Log(1 - p);
            var exact = -t * Math.Log(p) - (1 - t) * Math.Log(1 - p);
            return (exact, U * (2 * LaneMath.MaxUlp.Softplus * softplus + exact));
        }));
        Bound(outputs[1], i =>
        {
            double p = 1 / (1 + Math.Exp(-logits[i])), slope = p - x[i], adjoint = dNll[i / s.D];
            return (adjoint * slope,
                Math.Abs(adjoint) * U * (2 * LaneMath.MaxUlp.Sigmoid * p + 2 * Math.Abs(slope)));
        });
    }

    [Test]
    public void GaussianNllRows_and_its_gradient([ValueSource(nameof(Shapes))] Shape s)
    {
        float[] x = Sample.Uniform(s, 9), mean = Sample.Uniform(s, 10), dNll = Sample.Uniform(s.B, 11);
        const float LogVar = -0.7f;
        var outputs = Everywhere.Same(bed =>
        {
            Tensor data = bed.In(x, s.B, s.D), m = bed.In(mean, s.B, s.D), l = bed.In([LogVar], 1, 1);
            Tensor nll = bed.Out(s.B, 1), dMean = bed.Out(s.B, s.D), dLogVar = bed.Out(s.B, 1);
            bed.Ops.GaussianNllRows(data, m, l, nll);
            bed.Ops.GaussianNllRowsGrad(data, m, l, bed.In(dNll, s.B, 1), dMean, dLogVar);
            return [nll, dMean, dLogVar];
        });
        var precision = Math.Exp(-LogVar);
        const double Exp = 2 * LaneMath.MaxUlp.Exp;
        Bound(outputs[0], b => Sum(s.D, d =>
        {
            double r = (double)x[b * s.D + d] - mean[b * s.D + d], square = r * r * precision;
            var exact = 0.5 * (LogTwoPi + LogVar + square);
            // r is rounded (twice in r²), r² is, e^−ℓ is; log 2π is, its sum with ℓ is; the fused step is.
            return (exact,
                U * (0.5 * (3 + Exp) * square + 0.5 * (LogTwoPi + LogTwoPi + LogVar) + Math.Abs(exact)));
        }));
        Bound(outputs[1], i =>
        {
            var exact = dNll[i / s.D] * -((double)x[i] - mean[i]) * precision;
            return (exact, (3 + Exp) * U * Math.Abs(exact));
        });
        Bound(outputs[2], b =>
        {
            var (sum, error) = Sum(s.D, d =>
            {
                double r = (double)x[b * s.D + d] - mean[b * s.D + d], square = r * r * precision;
                var term = 0.5 - 0.5 * square;
                return (term, U * (0.5 * (3 + Exp) * square + Math.Abs(term)));
            });
            return (dNll[b] * sum, Math.Abs(dNll[b]) * (error + U * Math.Abs(sum)));
        });
    }
}
