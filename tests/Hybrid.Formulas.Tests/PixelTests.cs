using Hybrid.Theory;

namespace Hybrid.Formulas.Tests;

/// <summary>
/// Distributions of a pixel whose sums run over components or values: what <see cref="EveryFormulaTests"/> says of a
/// formula, and that they are the distributions that Theory defines.
/// </summary>
[TestFixture]
public sealed class PixelTests
{
    static readonly PixelLikelihood[] Likelihoods =
    [
        new(PixelDistribution.ContinuousBernoulli), new(PixelDistribution.DiscretizedLogistic),
        new(PixelDistribution.Categorical, 17), new(PixelDistribution.Categorical, 2),
        new(PixelDistribution.LogisticMixture, 1), new(PixelDistribution.LogisticMixture, 5),
    ];

    /// <summary>Rounding of double in closed forms and quadratures: see <see cref="DefinitionTests"/>.</summary>
    const double Rounding = 1e-11;

    readonly struct Numbers<T>(T[] output, T[] adjoints) : IPixelOutput<T> where T : unmanaged, ILane<T>
    {
        public T this[int j] => output[j];

        public void Adjoint(int j, T value) => adjoints[j] = value;
    }

    /// <summary>[nll, the adjoints for dNll = 1, the mean].</summary>
    static T[] Evaluate<T>(PixelLikelihood likelihood, T x, T[] output) where T : unmanaged, ILane<T>
    {
        var adjoints = new T[output.Length];
        var numbers = new Numbers<T>(output, adjoints);
        return likelihood.Distribution switch
        {
            PixelDistribution.ContinuousBernoulli => Of<ContinuousBernoulliPixel>(),
            PixelDistribution.DiscretizedLogistic => Of<DiscretizedLogisticPixel>(),
            PixelDistribution.Categorical => Of<CategoricalPixel>(),
            _ => Of<LogisticMixturePixel>(),
        };

        T[] Of<TPixel>() where TPixel : IPixel
        {
            var nll = TPixel.NllWithGrad(x, likelihood.Count, numbers, T.Const(1));
            return [nll, .. adjoints, TPixel.Mean<T, Numbers<T>>(likelihood.Count, numbers)];
        }
    }

    static double Nll(PixelLikelihood likelihood, double x, double[] output) =>
        Evaluate<F64>(likelihood, new(x), Array.ConvertAll(output, v => new F64(v)))[0].V;

    static int Last(PixelLikelihood likelihood) =>
        likelihood.Distribution == PixelDistribution.Categorical ? likelihood.Count - 1 : 255;

    /// <summary>A decoder's numbers: logits and scores up to 8, means around [0, 1], scales from the least on.</summary>
    static float[] Output(PixelLikelihood likelihood, Random random)
    {
        float Uniform(double from, double to) => (float)(from + (to - from) * random.NextDouble());
        var scores = likelihood.Distribution switch
        {
            PixelDistribution.DiscretizedLogistic => 0,
            PixelDistribution.LogisticMixture => likelihood.Count,
            _ => likelihood.Outputs,
        };
        var output = new float[likelihood.Outputs];
        for (var j = 0; j < output.Length; j++)
            output[j] = j < scores ? Uniform(-8, 8)
                : j < (scores + output.Length) / 2 || scores == 0 && j == 0 ? Uniform(-0.5, 1.5)
                : Uniform(-8, 2);
        return output;
    }

    static IEnumerable<(float X, float[] Output)> Points(PixelLikelihood likelihood)
    {
        var random = new Random(likelihood.Outputs);
        for (var i = 0; i < 2000; i++)
        {
            var last = Last(likelihood);
            var k = i % 8 == 0 ? 0 : i % 8 == 1 ? last : random.Next(last + 1);
            yield return ((float)k / last, Output(likelihood, random));
        }
    }

    [TestCaseSource(nameof(Likelihoods))]
    public void Float32_stays_inside_its_bound(PixelLikelihood likelihood)
    {
        double use = 0;
        foreach (var (x, output) in Points(likelihood))
        {
            var bounds = Evaluate<Bound32>(likelihood, new(x), Array.ConvertAll(output, v => new Bound32(v)));
            var floats = Evaluate<F32>(likelihood, new(x), Array.ConvertAll(output, v => new F32(v)));
            for (var i = 0; i < bounds.Length; i++)
            {
                Assert.That(double.IsFinite(bounds[i].E) && bounds[i].Contains(floats[i].V),
                    $"[{i}] is {floats[i].V:R}, not {bounds[i]}, at {x} of {string.Join(' ', output)}");
                if (bounds[i].E > 0) use = Math.Max(use, Math.Abs(floats[i].V - bounds[i].V) / bounds[i].E);
            }
        }
        TestContext.Out.WriteLine($"worst error is {use:F3} of the bound");
        Assert.That(use, Is.GreaterThan(0.05), "a bound that is never used hides errors");
    }

    /// <summary>The tolerance is that of <see cref="FormulaChecks.Gradient"/>: both bounds at 2⁻⁵³.</summary>
    [TestCaseSource(nameof(Likelihoods))]
    public void Adjoints_are_the_dual_numbers(PixelLikelihood likelihood)
    {
        foreach (var (x, output) in Points(likelihood).Take(300))
        {
            var closed = Evaluate<F64>(likelihood, new(x), Array.ConvertAll(output, v => new F64(v)));
            var closedBound = Evaluate<Bound32>(likelihood, new(x), Array.ConvertAll(output, v => new Bound32(v)));
            for (var j = 0; j < output.Length; j++)
            {
                var dual = Directional(j, v => new F64(v)).V;
                var bound = Directional(j, v => new Bound32(v));
                var tolerance = 8 * Math.ScaleB(bound.E + closedBound[1 + j].E, -29);
                Assert.That(tolerance, Is.LessThan(1e-6 * (1 + Math.Abs(dual))));
                Assert.That(closed[1 + j].V, Is.EqualTo(dual).Within(tolerance));
            }

            T Directional<T>(int j, Func<double, T> lane) where T : unmanaged, ILane<T>
            {
                var numbers = output.Select((v, i) => new Dual<T>(lane(v), lane(i == j ? 1 : 0))).ToArray();
                return Evaluate(likelihood, new Dual<T>(lane(x), lane(0)), numbers)[0].D;
            }
        }
    }

    [TestCaseSource(nameof(Likelihoods))]
    public void All_values_have_probability_1_together(PixelLikelihood likelihood)
    {
        foreach (var (_, output) in Points(likelihood).Take(100))
        {
            var numbers = Array.ConvertAll(output, v => (double)v);
            var last = Last(likelihood);
            var sum = likelihood.Distribution == PixelDistribution.ContinuousBernoulli
                ? Quadrature.OverInterval(0, 1, new(x => Math.Exp(-Nll(likelihood, x, numbers))))
                : Enumerable.Range(0, last + 1).Sum(k => Math.Exp(-Nll(likelihood, (double)k / last, numbers)));
            Assert.That(sum, Is.EqualTo(1).Within(Rounding + Formulas.ContinuousBernoulli.Truncation));
        }
    }

    [TestCaseSource(nameof(Likelihoods))]
    public void A_value_has_the_probability_that_theory_defines(PixelLikelihood likelihood)
    {
        foreach (var (x, output) in Points(likelihood).Take(400))
        {
            var numbers = Array.ConvertAll(output, v => (double)v);
            var last = Last(likelihood);
            var k = (int)Math.Round(x * last);
            var probability = Probability(likelihood, numbers, k);
            // Where a quadrature has nothing but rounding to add up, it says nothing.
            if (probability < 1e-250) continue;
            Assert.That(
                Nll(likelihood, (double)k / last, numbers),
                Is.EqualTo(-Math.Log(probability)).Within(
                    Rounding * (1 - Math.Log(Math.Min(1, probability))) + Formulas.ContinuousBernoulli.Truncation));
        }
    }

    static double Probability(PixelLikelihood likelihood, double[] output, int k) => likelihood.Distribution switch
    {
        PixelDistribution.ContinuousBernoulli =>
            Math.Exp(Theory.ContinuousBernoulli.LogDensityNats(output[0], k / 255.0)),
        PixelDistribution.DiscretizedLogistic =>
            GreyValues.LogisticBin(256, output[0], Scale(output[1]), k),
        PixelDistribution.Categorical => GreyValues.Softmax(output, k),
        _ => GreyValues.LogisticMixtureBin(256, output[..likelihood.Count],
            output[likelihood.Count..(2 * likelihood.Count)], [.. output[(2 * likelihood.Count)..].Select(Scale)], k),
    };

    static double Scale(double logScale) => Math.Exp(Math.Max(logScale, DiscretizedLogistic.LeastLogScale));

    /// <summary>
    /// A logistic's mean is that of the clamped variable: half a bin away at most, and h²/(16 s) at most.
    /// </summary>
    [TestCaseSource(nameof(Likelihoods))]
    public void Mean_is_that_of_the_distribution(PixelLikelihood likelihood)
    {
        foreach (var (x, output) in Points(likelihood).Take(60))
        {
            var numbers = Array.ConvertAll(output, v => (double)v);
            var mean = Evaluate<F64>(likelihood, new(x), Array.ConvertAll(output, v => new F64(v)))[^1].V;
            double Bins() => GreyValues.Mean(Last(likelihood) + 1, new(k => Probability(likelihood, numbers, k)));
            double Off(double logScale) => Math.Min(
                DiscretizedLogistic.HalfBin, 1 / (255.0 * 255 * 16 * Scale(logScale)));
            var (exact, tolerance) = likelihood.Distribution switch
            {
                PixelDistribution.ContinuousBernoulli =>
                    (Theory.ContinuousBernoulli.Mean(numbers[0]), Formulas.ContinuousBernoulli.MeanTruncation),
                PixelDistribution.Categorical => (Bins(), 0),
                PixelDistribution.DiscretizedLogistic => (Bins(), Off(numbers[1])),
                _ => (Bins(), numbers[(2 * likelihood.Count)..].Max(Off)),
            };
            Assert.That(mean, Is.EqualTo(exact).Within(tolerance + Rounding));
        }
    }

    [TestCaseSource(nameof(Likelihoods))]
    public void Vector_lanes_give_the_same_bits(PixelLikelihood likelihood)
    {
        var points = Points(likelihood).Take(64).ToArray();
        Lanes<F32x4>();
        Lanes<F32x8>();
        Lanes<F32x16>();

        unsafe void Lanes<T>() where T : unmanaged, IVectorLane<T>
        {
            for (var from = 0; from < points.Length; from += T.Width)
            {
                var lane = points[from..(from + T.Width)];
                T Load(Func<(float X, float[] Output), float> number)
                {
                    fixed (float* p = Array.ConvertAll(lane, point => number(point))) return T.Load(p);
                }
                var output = Enumerable.Range(0, likelihood.Outputs).Select(j => Load(p => p.Output[j])).ToArray();
                var all = Evaluate(likelihood, Load(p => p.X), output);
                for (var i = 0; i < T.Width; i++)
                {
                    var one = Evaluate<F32>(
                        likelihood, new(lane[i].X), Array.ConvertAll(lane[i].Output, v => new F32(v)));
                    for (var o = 0; o < all.Length; o++)
                    {
                        var row = new float[T.Width];
                        fixed (float* p = row) T.Store(all[o], p);
                        Assert.That(Ulp.SameBits(row[i], one[o].V), $"{typeof(T).Name}: {row[i]:R}, {one[o].V:R}");
                    }
                }
            }
        }
    }

    /// <summary>
    /// Around its removable singularity, and where the series takes over, the normaliser of a continuous Bernoulli errs
    /// by no more than the bound of its arithmetic and what the series leaves out.
    /// </summary>
    [Test]
    public void The_singularity_of_the_continuous_Bernoulli_is_removed()
    {
        double worst = 0, worstMean = 0;
        for (var exponent = -149; exponent <= 5; exponent++)
            foreach (var mantissa in new[] { 1, 1.0001, 1.5, 1.9999 })
                foreach (var sign in new[] { -1, 1 })
                {
                    var logit = (float)(sign * Math.ScaleB(mantissa, exponent));
                    Check(logit);
                }
        Check(0);
        TestContext.Out.WriteLine($"|error| of nll ≤ {worst:G3} nats, of the mean ≤ {worstMean:G3} for |l| ≤ 1");

        void Check(float logit)
        {
            var bound = ContinuousBernoulliNll.Apply(new Bound32(logit), new Bound32(0.5));
            var meanBound = ContinuousBernoulliMean.Apply(new Bound32(logit));
            var nll = ContinuousBernoulliNll.Apply(new F32(logit), new F32(0.5f)).V;
            var mean = ContinuousBernoulliMean.Apply(new F32(logit)).V;
            var exact = -(double)Theory.ContinuousBernoulli.LogDensityNats(logit, 0.5);
            Assert.That(nll, Is.EqualTo(exact).Within(
                bound.E + Formulas.ContinuousBernoulli.Truncation + 1e-13), $"at {logit:R}");
            Assert.That(mean, Is.EqualTo(Theory.ContinuousBernoulli.Mean(logit)).Within(
                meanBound.E + Formulas.ContinuousBernoulli.MeanTruncation + 1e-13), $"mean at {logit:R}");
            if (Math.Abs(logit) > 1) return;
            worst = Math.Max(worst, bound.E + Formulas.ContinuousBernoulli.Truncation);
            worstMean = Math.Max(worstMean, meanBound.E + Formulas.ContinuousBernoulli.MeanTruncation);
        }
    }
}
