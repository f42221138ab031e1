using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

/// <summary>Cross-entropy over classes against a plain double loop.</summary>
[TestFixture]
public sealed class CrossEntropyTests
{
    [Test]
    public void Cross_entropy_and_its_gradient([Values(1, 2, 10, 31, 33, 129)] int C)
    {
        const int B = 7;
        float[] logits = Sample.Uniform(B * C, 7, -12, 12), y = Sample.Uniform(B * C, 8, 0, 1);
        var dNll = Sample.Uniform(B, 9);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor l = bed.In(logits, B, C), labels = bed.In(y, B, C), nll = bed.Out(B, 1), dLogits = bed.Out(B, C);
            bed.Ops.CrossEntropyRows(l, labels, nll);
            bed.Ops.CrossEntropyRowsGrad(l, labels, nll, bed.In(dNll, B, 1), dLogits);
            return [nll, dLogits];
        });
        Bound(outputs[0], Nll);
        Bound(outputs[1], at =>
        {
            var b = at / C;
            var ((nll, nllError), (own, ownError)) = (Nll(b), Own(b));
            var probability = Math.Exp(logits[at] - own - nll);
            // The exponent's error: own's, nll's, and a rounding of each of two differences.
            var exponent = ownError + nllError + U * (Math.Abs(logits[at] - own) + Math.Abs(logits[at] - own - nll));
            var error = probability * (exponent + U * 2 * LaneMath.MaxUlp.Exp)
                + 2 * U * Math.Abs(probability - y[at]);
            return (dNll[b] * (probability - y[at]), Math.Abs(dNll[b]) * error);
        });

        (double Exact, double Error) Own(int b) => Sum(C, c => ((double)y[b * C + c] * logits[b * C + c], 0));

        (double Exact, double Error) Nll(int b)
        {
            var max = Enumerable.Range(0, C).Max(c => (double)logits[b * C + c]);
            var (sum, error) = Sum(C, c =>
            {
                var shift = logits[b * C + c] - max;
                return (Math.Exp(shift), U * Math.Exp(shift) * (2 * LaneMath.MaxUlp.Exp - shift));
            });
            var (own, ownError) = Own(b);
            var (log, gap) = (Math.Log(sum), max - own);
            return (log + gap, error / sum + ownError
                + U * (2 * LaneMath.MaxUlp.Log * log + Math.Abs(gap) + Math.Abs(log + gap)));
        }
    }
}
