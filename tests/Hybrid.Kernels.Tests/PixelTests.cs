using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>
/// Every distribution of a pixel on every rung: what it makes of a pixel, summed in the documented order.
/// </summary>
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

    static IEnumerable<object[]> Cases<TArguments>(Func<PixelDistribution, Ladder<TArguments>> ladder)
        where TArguments : struct =>
        from likelihood in Likelihoods
        from rung in ladder(likelihood.Distribution).Rungs
        from shape in Shapes
        select new object[] { rung, likelihood, shape.B, shape.D };

    public static IEnumerable<object[]> RowsCases() => Cases(PixelNllRows.Ladder);

    [RungCases(nameof(RowsCases))]
    public void Rows(Rung<PixelNllRows.Arguments> rung, PixelLikelihood likelihood, int b, int d)
    {
        var output = Matrix.Random(b, likelihood.Outputs * d, -2, 2, gap: 2);
        Matrix x = Grey(likelihood, b, d), nll = new(b, 1, gap: 1);

        Simulator.Run(rung, new(Simulator[output], Simulator[x], Simulator[nll], b, d, likelihood.Count));

        var first = PixelNllRows.Ladder(likelihood.Distribution).Rungs[0];
        SumsMustAgree(nll, d, inOrder: rung != first,
            (row, i) => Pixel(likelihood, output, x, row, i, new(1)).Nll);
    }

    public static IEnumerable<object[]> WithGradCases() => Cases(PixelNllRowsWithGrad.Ladder);

    [RungCases(nameof(WithGradCases))]
    public void Rows_with_adjoints(
        Rung<PixelNllRowsWithGrad.Arguments> rung, PixelLikelihood likelihood, int b, int d)
    {
        var output = Matrix.Random(b, likelihood.Outputs * d, -2, 2);
        Matrix x = Grey(likelihood, b, d), dNll = Matrix.Random(b, 1, -1, 1, seed: 3, gap: 1);
        Matrix nll = new(b, 1), dOutput = new(b, likelihood.Outputs * d, gap: 3);

        Simulator.Run(rung, new(
            Simulator[output], Simulator[x], Simulator[dNll], Simulator[nll], Simulator[dOutput], b, d,
            likelihood.Count));

        MustBe(nll, (row, _) => Order.Row(d, i => Pixel(likelihood, output, x, row, i, new(1)).Nll));
        MustBe(dOutput, (row, i) =>
            Pixel(likelihood, output, x, row, i % d, dNll.At(row, 0)).Adjoints[i / d]);
    }

    public static IEnumerable<object[]> GradCases() => Cases(PixelNllRowsGrad.Ladder);

    [RungCases(nameof(GradCases))]
    public void Adjoints_alone(Rung<PixelNllRowsGrad.Arguments> rung, PixelLikelihood likelihood, int b, int d)
    {
        var output = Matrix.Random(b, likelihood.Outputs * d, -2, 2, offset: 1);
        Matrix x = Grey(likelihood, b, d), dNll = Matrix.Random(b, 1, -1, 1, seed: 3);
        var dOutput = new Matrix(b, likelihood.Outputs * d);

        Simulator.Run(rung, new(
            Simulator[output], Simulator[x], Simulator[dNll], Simulator[dOutput], b, d, likelihood.Count));

        MustBe(dOutput, (row, i) =>
            Pixel(likelihood, output, x, row, i % d, dNll.At(row, 0)).Adjoints[i / d]);
    }

    public static IEnumerable<object[]> MeanCases() => Cases(PixelMeans.Ladder);

    [RungCases(nameof(MeanCases))]
    public void Means(Rung<PixelMeans.Arguments> rung, PixelLikelihood likelihood, int b, int d)
    {
        var output = Matrix.Random(b, likelihood.Outputs * d, -2, 2, offset: 1);
        Matrix x = Grey(likelihood, b, d), mean = new(b, d, gap: 2);

        Simulator.Run(rung, new(Simulator[output], Simulator[mean], b, d, likelihood.Count));

        MustBe(mean, (row, i) => Pixel(likelihood, output, x, row, i, new(1)).Mean);
    }
}
