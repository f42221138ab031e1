using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

/// <summary>What importance-weighted bounds are made of, against plain loops in double.</summary>
[TestFixture]
public sealed class ImportanceTests
{
    static readonly Shape[] Shapes = Shape.Awkward;

    [Test]
    public void Log_ratio_and_its_adjoints([ValueSource(nameof(Shapes))] Shape s)
    {
        float[] z = Sample.Uniform(s, 1, -2, 2), mu = Sample.Uniform(s, 2, -2, 2), logVar = Sample.Uniform(s, 3, -3, 1);
        var dRatio = Sample.Uniform(s.B, 4);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor at = bed.In(z, s.B, s.D), m = bed.In(mu, s.B, s.D), l = bed.In(logVar, s.B, s.D);
            Tensor ratio = bed.Out(s.B, 1), adjoint = bed.In(dRatio, s.B, 1);
            Tensor dZ = bed.Out(s.B, s.D), dMu = bed.Out(s.B, s.D), dLogVar = bed.Out(s.B, s.D);
            bed.Ops.LogRatioRows(at, m, l, ratio);
            bed.Ops.LogRatioRowsGradDraw(at, m, l, adjoint, dZ);
            bed.Ops.LogRatioRowsGrad(at, m, l, adjoint, dMu, dLogVar);
            return [ratio, dZ, dMu, dLogVar];
        });
        Bound(outputs[0], b => Sum(s.D, d =>
        {
            var i = b * s.D + d;
            double r = (double)z[i] - mu[i], square = r * r * Math.Exp(-logVar[i]);
            var rest = (double)z[i] * z[i] - logVar[i];
            // The residual is rounded, then squared; the exponential; two fused steps.
            return (0.5 * (rest - square),
                0.5 * U * ((4 + 2 * LaneMath.MaxUlp.Exp) * square + 2 * Math.Abs(rest) + Math.Abs(rest - square)));
        }));
        // A residual's rounding, the exponential's error and one rounding a step.
        double Scaled(int i) => ((double)z[i] - mu[i]) * Math.Exp(-logVar[i]);
        double Error(int i) => U * (2 + 2 * LaneMath.MaxUlp.Exp + 2) * Math.Abs(Scaled(i));
        Bound(outputs[1], i => (dRatio[i / s.D] * (z[i] - Scaled(i)),
            Math.Abs(dRatio[i / s.D]) * (Error(i) + 3 * U * (Math.Abs(z[i]) + Math.Abs(Scaled(i))))));
        Bound(outputs[2], i => (dRatio[i / s.D] * Scaled(i),
            Math.Abs(dRatio[i / s.D]) * (Error(i) + U * Math.Abs(Scaled(i)))));
        Bound(outputs[3], i =>
        {
            var product = ((double)z[i] - mu[i]) * Scaled(i);
            return (dRatio[i / s.D] * 0.5 * (product - 1),
                Math.Abs(dRatio[i / s.D]) * U
                * ((6 + 2 * LaneMath.MaxUlp.Exp) * Math.Abs(product) + 2 * Math.Abs(product - 1)));
        });
    }

    [Test]
    public void Importance([Values(1, 2, 16, 31, 33, 129)] int k)
    {
        const int B = 5;
        var surprise = Sample.Uniform(B * k, 7, 80, 100);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor nll = bed.Out(B, 1), share = bed.Out(B, k);
            bed.Ops.ImportanceNllRows(bed.In(surprise, B, k), nll, share);
            return [nll, share];
        });
        Bound(outputs[0], b => (Exact(b), Error(b)));
        // A share is off by the exponential's error, that of the sum it is divided by, and a rounding.
        Bound(outputs[1], i =>
        {
            var share = Math.Exp(Exact(i / k) - surprise[i]) / k;
            return (share, share * (Error(i / k) + U * (60 + 4 * LaneMath.MaxUlp.Exp)));
        });

        double Least(int b) => Enumerable.Range(0, k).Min(i => (double)surprise[b * k + i]);

        double Exact(int b) =>
            Least(b) - Math.Log(Enumerable.Range(0, k).Average(i => Math.Exp(Least(b) - surprise[b * k + i])));

        double Error(int b)
        {
            var (sum, error) = Sum(k, i =>
            {
                var shift = surprise[b * k + i] - Least(b);
                return (Math.Exp(-shift), U * Math.Exp(-shift) * (2 * LaneMath.MaxUlp.Exp + shift));
            });
            double log = Math.Log(sum), count = Math.Log(k);
            return error / sum + U * (2 * LaneMath.MaxUlp.Log * (log + count) + Math.Abs(log - count) + Exact(b));
        }
    }

    [Test]
    public void Scaled_rows([ValueSource(nameof(Shapes))] Shape s)
    {
        float[] x = Sample.Uniform(s, 1), scale = Sample.Uniform(s.B, 2);
        var y = Everywhere.Same(bed =>
        {
            var to = bed.Out(s.B, s.D);
            bed.Ops.ScaleRows(bed.In(x, s.B, s.D), bed.In(scale, s.B, 1), to);
            return to;
        });
        for (var i = 0; i < x.Length; i++) Assert.That(y[i], Is.EqualTo(scale[i / s.D] * x[i]));
    }
}
