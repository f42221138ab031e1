using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>
/// Every distribution of a pixel on every rung: what it makes of a pixel, summed in the documented order.
/// </summary>
[TestFixture(Machine.Simulator)]
[TestFixture(Machine.Ptx)]
public sealed class PixelTests(Machine machine) : KernelFixture(machine)
{
    static readonly PixelLikelihood[] Likelihoods =
    [
        new(PixelDistribution.ContinuousBernoulli), new(PixelDistribution.DiscretizedLogistic),
        new(PixelDistribution.Categorical, 5), new(PixelDistribution.LogisticMixture, 2),
    ];

    /// <summary>V3 takes 256 pixels at a time.</summary>
    static readonly (int B, int D)[] Shapes = [(1, 1), (9, 33), (1, 259)];

    readonly struct Element(Matrix output, F32[] adjoints, int row, int d, int D) : IPixelOutput<F32>
    {
        public F32 this[int j] => output.At(row, j * D + d);

        public void Adjoint(int j, F32 value) => adjoints[j] = value;
    }

    /// <summary>A pixel's negative log-likelihood, its adjoints and its mean, on a lane of one float.</summary>
    static (F32 Nll, F32[] Adjoints, F32 Mean) Pixel(
        PixelLikelihood likelihood, Matrix output, Matrix x, int row, int d, F32 dNll)
    {
        var adjoints = new F32[likelihood.Outputs];
        var element = new Element(output, adjoints, row, d, x.Columns);
        var (value, count) = (x.At(row, d), likelihood.Count);
        return likelihood.Distribution switch
        {
            PixelDistribution.ContinuousBernoulli => Of<ContinuousBernoulliPixel>(),
            PixelDistribution.DiscretizedLogistic => Of<DiscretizedLogisticPixel>(),
            PixelDistribution.Categorical => Of<CategoricalPixel>(),
            _ => Of<LogisticMixturePixel>(),
        };

        (F32, F32[], F32) Of<TPixel>() where TPixel : IPixel
        {
            var nll = TPixel.NllWithGrad(value, count, element, dNll);
            Assert.That(TPixel.Nll(value, count, element).V, Is.EqualTo(nll.V));
            return (nll, adjoints, TPixel.Mean<F32, Element>(count, element));
        }
    }

    static Matrix Grey(PixelLikelihood likelihood, int b, int d)
    {
        var last = likelihood.Distribution == PixelDistribution.Categorical ? likelihood.Count - 1 : 255;
        return Matrix.Random(b, d, 0, 1, seed: 2, gap: 1)
            .With((row, column) => (row * 31 + column * 17) % (last + 1) / (float)last);
    }

    static IEnumerable<object[]> Cases() =>
        from likelihood in Likelihoods from shape in Shapes
        select new object[] { likelihood, shape.B, shape.D };

    [TestCaseSource(nameof(Cases))]
    public void Rows(PixelLikelihood likelihood, int b, int d)
    {
        var output = Matrix.Random(b, likelihood.Outputs * d, -2, 2, gap: 2);
        var x = Grey(likelihood, b, d);
        var ladder = PixelNllRows.Ladder(likelihood.Distribution);
        foreach (var rung in ladder.Rungs)
        {
            var nll = new Matrix(b, 1, gap: 1);
            Simulator.Run(rung, new(Simulator[output], Simulator[x], Simulator[nll], b, d, likelihood.Count));
            SumsMustAgree(nll, d, inOrder: rung != ladder.Rungs[0],
                (row, i) => Pixel(likelihood, output, x, row, i, new(1)).Nll);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Rows_with_adjoints(PixelLikelihood likelihood, int b, int d)
    {
        var output = Matrix.Random(b, likelihood.Outputs * d, -2, 2);
        Matrix x = Grey(likelihood, b, d), dNll = Matrix.Random(b, 1, -1, 1, seed: 3, gap: 1);
        foreach (var rung in PixelNllRowsWithGrad.Ladder(likelihood.Distribution).Rungs)
        {
            Matrix nll = new(b, 1), dOutput = new(b, likelihood.Outputs * d, gap: 3);
            Simulator.Run(rung, new(
                Simulator[output], Simulator[x], Simulator[dNll], Simulator[nll], Simulator[dOutput], b, d,
                likelihood.Count));
            MustBe(nll, (row, _) => Order.Row(d, i => Pixel(likelihood, output, x, row, i, new(1)).Nll));
            MustBe(dOutput, (row, i) =>
                Pixel(likelihood, output, x, row, i % d, dNll.At(row, 0)).Adjoints[i / d]);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Adjoints_alone_and_means(PixelLikelihood likelihood, int b, int d)
    {
        var output = Matrix.Random(b, likelihood.Outputs * d, -2, 2, offset: 1);
        Matrix x = Grey(likelihood, b, d), dNll = Matrix.Random(b, 1, -1, 1, seed: 3);
        Matrix dOutput = new(b, likelihood.Outputs * d), mean = new(b, d, gap: 2);
        Simulator.Run(PixelNllRowsGrad.Ladder(likelihood.Distribution).Best, new(
            Simulator[output], Simulator[x], Simulator[dNll], Simulator[dOutput], b, d, likelihood.Count));
        Simulator.Run(PixelMeans.Ladder(likelihood.Distribution).Best, new(
            Simulator[output], Simulator[mean], b, d, likelihood.Count));
        MustBe(dOutput, (row, i) =>
            Pixel(likelihood, output, x, row, i % d, dNll.At(row, 0)).Adjoints[i / d]);
        MustBe(mean, (row, i) => Pixel(likelihood, output, x, row, i, new(1)).Mean);
    }
}
