using Hybrid.Information;
using Hybrid.Theory;

namespace Hybrid.Models.Tests;

/// <summary>Bounds, integrals and flows with denoisers that are exact, and with one that is not.</summary>
[TestFixture]
public class DiffusionInformationTests
{
    static readonly double[] Levels = [.. Enumerable.Range(0, 51).Select(i => 13.3 - 18.3 * i / 50)];

    static double Error(double v, double logSnr) => Diffusion.LeastNoiseError(v, logSnr);

    [Test]
    public void A_denoiser_s_error_is_that_of_the_noise()
    {
        // x̂ = 0: ε̂ = z/σ, so ε − ε̂ = −αx/σ.
        DenoiseRows zero = (z, _, data) => data.Clear();
        var errors = DenoiserError.Noise(zero, [1, 2, 0, 3], [0.3, 1, -1, 0], 2, Math.Log(4));
        Assert.That(errors, Is.EqualTo(new[] { 4 * 5.0, 4 * 9.0 }).Within(1e-13));
        Assert.That(() => DenoiserError.Noise(zero, [1, 2, 3], [0, 0, 0], 2, 0), Throws.ArgumentException);
    }

    [Test]
    public void The_bound_is_theory_s_term_by_term()
    {
        var bound = DiffusionBound.Of(1, 0.25, Levels, logSnr => Error(0.25, logSnr));
        Assert.That(bound.Reconstruction,
            Is.EqualTo((double)VariationalBound.ReconstructionNats([0.25], 13.3)).Within(1e-13));
        Assert.That(bound.Prior, Is.EqualTo((double)VariationalBound.PriorNats([0.25], -5)).Within(1e-14));
        for (var i = 0; i < 50; i++)
        {
            var term = (double)VariationalBound.DiffusionTermNats([0.25], Levels[i], Levels[i + 1]);
            Assert.That(bound.Diffusion[i], Is.EqualTo(term).Within(1e-12 * (1 + term)));
        }
        Assert.That(bound.Nats, Is.EqualTo((double)VariationalBound.TotalNats([0.25], Levels)).Within(1e-11));
        Assert.That(bound.BitsPerDim * Math.Log(2), Is.EqualTo(bound.Nats).Within(1e-14));
    }

    /// <summary>A few steps a row: with the data's own Gaussian as control their error does not scatter, with another
    /// it scatters about the same mean.</summary>
    [TestCase(0.25, 1e-9)]
    [TestCase(1.0, 1)]
    public void The_bound_of_a_few_steps_is_that_of_all(double control, double largest)
    {
        const int N = 4000, steps = 50;
        // Quantiles of no matter what, of variance ¼.
        double[] x = [.. Enumerable.Range(0, N).Select(i => Math.Sqrt(0.5) * Math.Sin(Math.Tau * i / N))];
        var denoise = LinearDenoiser.Of(0.25);
        var bound = BoundEstimate.Of((z, logSnr, data) =>
        {
            for (var n = 0; n < z.Length; n++) denoise(z.Slice(n, 1), logSnr[n], data.Slice(n, 1));
        }, x, [control], i => Levels[i], steps, draws: steps, seed: 3);
        var exact = (double)VariationalBound.TotalNats([0.25], Levels);
        var scatter = Math.Sqrt(bound.Rows.Average(row => Math.Pow(row - bound.Nats, 2)) / N);
        Assert.That(bound.Rows.Average(), Is.EqualTo(bound.Nats).Within(1e-10));
        Assert.That(bound.Nats, Is.EqualTo(exact).Within(Math.Max(largest == 1 ? 5 * scatter : 0, 1e-9)));
        Assert.That(() => BoundEstimate.Of((_, _, _) => { }, x, [1], i => Levels[i], 50, 51, 0),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Levels_are_not_drawn_beyond_a_schedule_s_ends()
    {
        var law = new LogSnrSampling(1, 3, 8, -2, 6);
        var drawn = Enumerable.Range(0, 1000).Select(i => law.At((i + 0.5) / 1000)).ToArray();
        Assert.That(drawn.Min(level => level.LogSnr), Is.InRange(-2, -1.9));
        Assert.That(drawn.Max(level => level.LogSnr), Is.InRange(5.9, 6));
        Assert.That(drawn.Average(level => level.Weight), Is.EqualTo(8).Within(1e-3));
    }

    [Test]
    public void A_worse_denoiser_has_a_worse_bound() => Assert.That(
        DiffusionBound.Of(1, 1, Levels, logSnr => 1.1 * Error(1, logSnr)).Nats,
        Is.GreaterThan(DiffusionBound.Of(1, 1, Levels, logSnr => Error(1, logSnr)).Nats + 0.1));

    [Test]
    public void Levels_go_from_clean_to_noisy()
    {
        Assert.That(() => DiffusionBound.Of(1, 1, [0, 1], _ => 0), Throws.ArgumentException);
        Assert.That(() => DiffusionBound.Of(1, 1, [0], _ => 0), Throws.ArgumentException);
        Assert.That(() => ChainInformation.Of([0, 50], _ => 0), Throws.ArgumentException);
    }

    [Test]
    public void Information_along_a_chain_is_the_channel_s()
    {
        double[] levels = [9, 2, 0, -3];
        var information = ChainInformation.Of(levels, logSnr => Error(0.25, logSnr));
        for (var i = 0; i < levels.Length; i++)
            Assert.That(information[i],
                Is.EqualTo((double)Gaussian.ChannelInformationNats(Math.Exp(levels[i]), [0.25])).Within(1e-10));
    }

    [Test]
    public void Gaussian_data_have_their_entropy_without_sampling_error()
    {
        double[] x = [.. Enumerable.Range(0, 400).Select(i => Math.Sin(i * i))];
        var estimate = ImmseEstimate.Continuous(LinearDenoiser.Of(0.25), x, [0], [0.25], new(), 400, seed: 1);
        Assert.That(estimate.Nats, Is.EqualTo((double)Gaussian.EntropyNats(Math.Log(0.25))).Within(1e-6));
        Assert.That(estimate.StandardError, Is.LessThan(1e-6));
    }

    [Test]
    public void A_sign_has_one_bit_within_its_error_bar()
    {
        DenoiseRows denoise = (z, logSnr, data) =>
        {
            double alpha = Diffusion.Alpha(logSnr), sigma = Diffusion.Sigma(logSnr);
            for (var i = 0; i < z.Length; i++) data[i] = Math.Tanh(alpha * z[i] / (sigma * sigma));
        };
        var estimate = ImmseEstimate.Discrete(denoise, [-1, 1], 1, new(0, 1, 12), 32_000, seed: 5);
        Assert.That(estimate.StandardError, Is.GreaterThan(0).And.LessThan(0.02));
        Assert.That(estimate.Nats, Is.EqualTo(Math.Log(2)).Within(4 * estimate.StandardError));
        var again = ImmseEstimate.Discrete(denoise, [-1, 1], 1, new(0, 1, 12), 32_000, seed: 5);
        Assert.That(again, Is.EqualTo(estimate));
    }

    [Test]
    public void The_published_rule_reads_the_variances()
    {
        var sampling = LogSnrSampling.For([Math.Exp(1), Math.Exp(-3)]);
        Assert.That(sampling.Location, Is.EqualTo(1).Within(1e-15));
        Assert.That(sampling.Scale, Is.EqualTo(Math.Sqrt(1 + 3 / Math.PI * 4)).Within(1e-15));
        // The weight is one per the density of the level: it integrates to the width of what is drawn.
        var mean = Enumerable.Range(0, 100_000).Average(i => sampling.At((i + 0.5) / 100_000).Weight);
        Assert.That(mean, Is.EqualTo(2 * 8 * sampling.Scale).Within(1e-2));
    }

    [Test]
    public void A_flow_knows_the_density_and_gains_by_the_fourth_power_of_its_steps()
    {
        var oracle = new MixtureOracle([0.4, 0.6], [[-1], [1.5]], [new[,] { { 0.25 } }, new[,] { { 0.5 } }]);
        DenoiseRows denoise = (z, logSnr, data) =>
        {
            for (var i = 0; i < z.Length; i++)
                data[i] = oracle.PosteriorMean(Diffusion.Alpha(logSnr), Diffusion.Sigma(logSnr), [z[i]])[0];
        };
        double[] x = [-1.3, 0.4, 2];
        double Fault(int steps)
        {
            var flow = FlowLikelihood.LogDensity(
                denoise, FlowLikelihood.DifferenceTrace(denoise, 1), x, 1, 10, -20, steps);
            return x.Select((at, i) =>
                Math.Abs(flow[i] - (double)oracle.LogDensityNats(1, Math.Exp(-5), [at]))).Max();
        }
        Assert.That(Fault(200), Is.LessThan(1e-4));
        Assert.That(Fault(25) / Fault(50), Is.GreaterThan(8));
        Assert.That(() => FlowLikelihood.LogDensity(
            denoise, FlowLikelihood.DifferenceTrace(denoise, 1), x, 1, -1, 1, 9), Throws.ArgumentException);
    }

    /// <summary>z → A z, whose trace the signs find without error where A is diagonal.</summary>
    static DenoiseRows Linear(double[,] a) => (z, _, data) =>
    {
        var D = a.GetLength(0);
        for (var i = 0; i < z.Length; i++)
        {
            data[i] = 0;
            for (var d = 0; d < D; d++) data[i] += a[i % D, d] * z[i / D * D + d];
        }
    };

    [Test]
    public void Random_signs_find_a_diagonal_trace_exactly_and_any_other_on_average()
    {
        double[] z = [0.3, -1, 2, 0.5, 0.25, -0.75], trace = new double[2];
        FlowLikelihood.HutchinsonTrace(Linear(new[,] { { 2.0, 0, 0 }, { 0, -1, 0 }, { 0, 0, 0.5 } }), 3, 1, seed: 1)(
            z, 0, trace);
        // Central differences of numbers below 10 with h = 10⁻⁴ lose 10⁻¹⁵/10⁻⁴.
        Assert.That(trace, Is.All.EqualTo(1.5).Within(1e-10));

        // A probe's variance is Σ_{i≠j} (A_ij² + A_ij A_ji) (Hutchinson 1990): 20 here, in each row.
        const int rows = 2000, probes = 3;
        var many = new double[rows];
        FlowLikelihood.HutchinsonTrace(Linear(new[,] { { 1.0, 2, 0 }, { 2, 1, 1 }, { 0, 1, 1 } }), 3, probes, seed: 2)(
            new double[3 * rows], 0, many);
        var mean = many.Average();
        var variance = many.Sum(t => (t - mean) * (t - mean)) / (rows - 1);
        Assert.That(mean, Is.EqualTo(3).Within(5 * Math.Sqrt(20.0 / probes / rows)));
        // A variance of so many is off by √(2/n) of itself, a kurtosis of 3 supposed.
        Assert.That(variance, Is.EqualTo(20.0 / probes).Within(20.0 / probes * 5 * Math.Sqrt(2.0 / rows)));
    }

    [Test]
    public void A_flow_by_random_signs_is_the_exact_one_for_independent_columns()
    {
        double[] x = [0.3, -1.2, 0.8, -0.1];
        double[] Log(TraceRows trace) =>
            FlowLikelihood.LogDensity(LinearDenoiser.Of(0.5), trace, x, 2, 10, -10, 100);
        var exact = Log(FlowLikelihood.DifferenceTrace(LinearDenoiser.Of(0.5), 2));
        var signs = Log(FlowLikelihood.HutchinsonTrace(LinearDenoiser.Of(0.5), 2, 1, seed: 3));
        for (var i = 0; i < exact.Length; i++) Assert.That(signs[i], Is.EqualTo(exact[i]).Within(1e-8));
    }

    [Test]
    public void Who_is_told_nothing_new_knows_nothing_and_columns_add_up()
    {
        DenoiseEach Gaussian(double mean) => (z, logSnr, data) =>
        {
            for (var i = 0; i < z.Length; i++)
            {
                double alpha = Diffusion.Alpha(logSnr[i / 2]), sigma = Diffusion.Sigma(logSnr[i / 2]);
                data[i] = mean + alpha / (alpha * alpha + sigma * sigma) * (z[i] - alpha * mean);
            }
        };
        double[] x = [0.3, -1, 2, 0.1, -0.4, 0.9];
        ConditionalInformation Of(double told) =>
            ConditionalInformation.Of(Gaussian(0), Gaussian(told), x, 2, new LogSnrSampling(), 16, seed: 4);
        var nothing = Of(0);
        Assert.That((nothing.Nats, nothing.OrthogonalNats), Is.EqualTo((0.0, 0.0)));
        var something = Of(0.5);
        Assert.That(something.PerColumn, Is.All.Positive);
        Assert.That(something.OrthogonalNats, Is.EqualTo(something.PerColumn.Sum() / 3).Within(1e-12));
        Assert.That(something.Nats, Is.EqualTo(something.Pointwise.Average()).Within(1e-12));
        Assert.That(() => ConditionalInformation.Of(Gaussian(0), Gaussian(0), [1, 2], 2, new LogSnrSampling(), 16, 4),
            Throws.ArgumentException);
    }
}
