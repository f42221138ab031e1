using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

/// <summary>
/// Distributions of a pixel: the same bits with every lane and number of threads, near what their pixels are in double.
/// </summary>
[TestFixture]
public sealed class PixelTests
{
    static readonly PixelLikelihood[] Likelihoods =
    [
        new(PixelDistribution.ContinuousBernoulli), new(PixelDistribution.DiscretizedLogistic),
        new(PixelDistribution.Categorical, 5), new(PixelDistribution.LogisticMixture, 3),
    ];

    static readonly Shape[] Shapes = [new(1, 1), new(3, 32), new(5, 33), new(67, 129)];

    readonly struct Element(float[] output, int row, int d, int D, int P) : IPixelOutput<Bound32>
    {
        public Bound32 this[int j] => new(output[row * D * P + j * D + d]);

        public void Adjoint(int j, Bound32 value) => adjoints[j] = value;

        readonly Bound32[] adjoints = new Bound32[P];

        public Bound32 AdjointOf(int j) => adjoints[j];
    }

    /// <summary>What a pixel is, with the error that float32 may make in it.</summary>
    sealed class Pixels(PixelLikelihood likelihood, float[] output, float[] x, int D)
    {
        public Bound32 Nll(int row, int d) => NllWithGrad(row, d, 1, 0).Nll;

        public (Bound32 Nll, Bound32 Adjoint) NllWithGrad(int row, int d, float dNll, int j)
        {
            var element = new Element(output, row, d, D, likelihood.Outputs);
            Bound32 grey = new(x[row * D + d]), adjoint = new(dNll);
            var nll = likelihood.Distribution switch
            {
                PixelDistribution.ContinuousBernoulli =>
                    ContinuousBernoulliPixel.NllWithGrad(grey, likelihood.Count, element, adjoint),
                PixelDistribution.DiscretizedLogistic =>
                    DiscretizedLogisticPixel.NllWithGrad(grey, likelihood.Count, element, adjoint),
                PixelDistribution.Categorical =>
                    CategoricalPixel.NllWithGrad(grey, likelihood.Count, element, adjoint),
                _ => LogisticMixturePixel.NllWithGrad(grey, likelihood.Count, element, adjoint),
            };
            return (nll, element.AdjointOf(j));
        }

        public Bound32 Mean(int row, int d)
        {
            var element = new Element(output, row, d, D, likelihood.Outputs);
            return likelihood.Distribution switch
            {
                PixelDistribution.ContinuousBernoulli =>
                    ContinuousBernoulliPixel.Mean<Bound32, Element>(likelihood.Count, element),
                PixelDistribution.DiscretizedLogistic =>
                    DiscretizedLogisticPixel.Mean<Bound32, Element>(likelihood.Count, element),
                PixelDistribution.Categorical =>
                    CategoricalPixel.Mean<Bound32, Element>(likelihood.Count, element),
                _ => LogisticMixturePixel.Mean<Bound32, Element>(likelihood.Count, element),
            };
        }
    }

    [Test]
    public void Rows_adjoints_and_means(
        [ValueSource(nameof(Likelihoods))] PixelLikelihood likelihood, [ValueSource(nameof(Shapes))] Shape s)
    {
        var (P, last) = (likelihood.Outputs, likelihood.Distribution == PixelDistribution.Categorical ? 4 : 255);
        float[] output = Sample.Uniform(s.Length * P, 1), dNll = Sample.Uniform(s.B, 3);
        float[] x = [.. Sample.Uniform(s, 2, 0, 1).Select(v => MathF.Round(v * last) / last)];
        var outputs = Everywhere.Same(bed =>
        {
            Tensor o = bed.In(output, s.B, s.D * P), data = bed.In(x, s.B, s.D), adjoint = bed.In(dNll, s.B, 1);
            Tensor nll = bed.Out(s.B, 1), dOutput = bed.Out(s.B, s.D * P), mean = bed.Out(s.B, s.D);
            Tensor together = bed.Out(s.B, 1), dTogether = bed.Out(s.B, s.D * P);
            bed.Ops.PixelNllRows(likelihood, o, data, nll);
            bed.Ops.PixelNllRowsGrad(likelihood, o, data, adjoint, dOutput);
            bed.Ops.PixelNllRowsWithGrad(likelihood, o, data, adjoint, together, dTogether);
            bed.Ops.PixelMeans(likelihood, o, mean);
            return [nll, dOutput, mean, together, dTogether];
        });
        Everywhere.AssertSameBits(outputs[3], outputs[0], "rows, in one pass");
        Everywhere.AssertSameBits(outputs[4], outputs[1], "adjoints, in one pass");
        var pixels = new Pixels(likelihood, output, x, s.D);
        for (var b = 0; b < s.B; b++)
        {
            var sum = Bound32.Sum(s.D, d => pixels.Nll(b, d));
            Assert.That(sum.Contains(outputs[0][b]), $"row {b} is {outputs[0][b]:R}, not {sum}");
        }
        for (var i = 0; i < outputs[1].Length; i++)
        {
            var (b, j, d) = (i / (s.D * P), i / s.D % P, i % s.D);
            var adjoint = pixels.NllWithGrad(b, d, dNll[b], j).Adjoint;
            Assert.That(adjoint.Contains(outputs[1][i]), $"adjoint {i} is {outputs[1][i]:R}, not {adjoint}");
        }
        for (var i = 0; i < outputs[2].Length; i++)
            Assert.That(pixels.Mean(i / s.D, i % s.D).Contains(outputs[2][i]), $"mean {i}");
    }
}
