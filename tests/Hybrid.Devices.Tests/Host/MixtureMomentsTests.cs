using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

/// <summary>The E-step of a mixture against a plain double loop.</summary>
[TestFixture]
public sealed class MixtureMomentsTests
{
    [TestCase(1, 1, 1)]
    [TestCase(2, 3, 31)]
    [TestCase(67, 33, 8)]
    [TestCase(200, 5, 3)]
    public void Moments(int b, int k, int d)
    {
        float[] x = Sample.Uniform(b * d, 1), mu = Sample.Uniform(k * d, 2);
        float[] precision = Sample.Uniform(k * d, 3, 0.1, 1), scale = Sample.Uniform(k, 4, -2, 0);
        var density = Sample.Uniform(b, 5, -3, 0);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor count = bed.Out(k, 1), first = bed.Out(k, d), second = bed.Out(k, d);
            bed.Ops.MixtureMoments(
                bed.In(x, b, d), bed.In(mu, k, d), bed.In(precision, k, d), bed.In(scale, k, 1),
                bed.In(density, b, 1), count, first, second);
            return [count, first, second];
        });
        Bound(outputs[0], component => Sum(b, row => Responsibility(row, component)));
        Bound(outputs[1], i => Sum(b, row => Moment(row, i, 1)));
        Bound(outputs[2], i => Sum(b, row => Moment(row, i, 2)));

        // Each fused step of the square, the three differences, and the exponential: an absolute error of the
        // exponent is a relative one of r.
        (double Exact, double Error) Responsibility(int row, int component)
        {
            var square = 0.0;
            for (var i = component * d; i < (component + 1) * d; i++)
                square += Math.Pow(Residual(row, i), 2) * precision[i];
            double logCount = MixtureDensity.LogCount(k), shifted = scale[component] - square - logCount;
            var exponent = shifted - density[row];
            var error = (3 + d) * square + Math.Abs(shifted + logCount) + Math.Abs(shifted) + Math.Abs(exponent);
            var exact = Math.Exp(exponent);
            return (exact, U * exact * (error + 2 * LaneMath.MaxUlp.Exp));
        }

        // The residual rounds once, once more in its square, and r·residual does.
        (double Exact, double Error) Moment(int row, int i, int power)
        {
            var (r, error) = Responsibility(row, i / d);
            var factor = Math.Pow(Residual(row, i), power);
            return (r * factor, Math.Abs(factor) * (error + U * r * (2 * power - 1)));
        }

        double Residual(int row, int i) => (double)x[row * d + i % d] - mu[i];
    }
}
