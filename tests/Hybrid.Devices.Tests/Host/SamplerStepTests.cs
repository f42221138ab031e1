using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

/// <summary>A step of a sampler against a plain loop in double.</summary>
[TestFixture]
public sealed class SamplerStepTests
{
    static readonly Shape[] Shapes = Shape.Awkward;

    static readonly Noise Noise = new(0x1234_5678_9ABC_DEF0, 7, 3);

    [Test]
    public void Adds_point_kept_answers_and_noise(
        [ValueSource(nameof(Shapes))] Shape s, [Values(0, 0.5f)] float noise)
    {
        float[][] terms = [.. Enumerable.Range(1, 6).Select(seed => Sample.Uniform(s, seed))];
        float[] weights = [0.9f, 0, 0.3f, -0.2f, 0, 0.7f];
        var outputs = Everywhere.Same(bed =>
        {
            Tensor[] tensors = [.. terms.Select(term => bed.In(term, s.B, s.D))];
            Tensor next = bed.Out(s.B, s.D), normals = bed.Out(s.B, s.D), inPlace = bed.In(terms[0], s.B, s.D);
            var step = new StepWeights(
                weights[0], weights[1], weights[2], weights[3], weights[4], weights[5], noise);
            bed.Ops.SamplerStep(step, tensors[0], tensors[1], tensors.AsSpan(2, 4), Noise, next);
            bed.Ops.SamplerStep(step, inPlace, tensors[1], tensors.AsSpan(2, 4), Noise, inPlace);
            bed.Ops.Normals(normals, Noise);
            return [next, inPlace, normals];
        });
        Everywhere.AssertSameBits(outputs[1], outputs[0], "in place");
        Bound(outputs[0], i =>
        {
            double sum = (double)noise * outputs[2][i], size = Math.Abs(sum);
            for (var k = 0; k < terms.Length; k++)
            {
                sum += (double)weights[k] * terms[k][i];
                size += Math.Abs((double)weights[k] * terms[k][i]);
            }
            // Five roundings, each of a sum no larger than all terms.
            return (sum, 5 * U * size);
        });
    }
}
