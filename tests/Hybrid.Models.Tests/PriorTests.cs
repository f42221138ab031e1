using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Theory;

namespace Hybrid.Models.Tests;

/// <summary>Score and sampler of each prior belong to one distribution, and to the one that it is said to be.</summary>
[TestFixture]
public class PriorTests
{
    const int D = 5, K = 4;

    HostDevice device = null!;

    [SetUp]
    public void Open() => device = new(threads: 1);

    [TearDown]
    public void Close() => device.Dispose();

    static readonly PriorKind[] Kinds = Enum.GetValues<PriorKind>();

    static readonly PriorKind[] Mixtures = [PriorKind.Mog, PriorKind.Vamp, PriorKind.Gtm, PriorKind.GtmVamp];

    Vae Moved(PriorKind kind, int latent) => MovedVae.Of(device, kind, D, latent, K);

    float[] LogDensity(Vae vae, float[] z)
    {
        var graph = new Graph();
        int latent = vae.Shape.Latent, B = z.Length / latent;
        var density = vae.Prior.LogDensity(graph, graph.Input("z", B, latent));
        var plan = Plan.Evaluating(device, graph, vae.Parameters, 0, [density]);
        vae.Prior.SetConstants(device, plan);
        device.Upload(z, plan.Input("z"));
        plan.Run(0);
        return device.ToArray(plan.TensorOf(density));
    }

    (double[][] Mu, double[][] LogVar, double[] Weights) Components(Vae vae)
    {
        var prior = (MixturePrior)vae.Prior;
        var graph = new Graph();
        var (mu, logVar) = prior.Components(graph);
        var plan = Plan.Evaluating(device, graph, vae.Parameters, 0, [mu, logVar]);
        prior.SetConstants(device, plan);
        plan.Run(0);
        double[][] Rows(Value value) =>
            [.. device.ToArray(plan.TensorOf(value)).Select(v => (double)v).Chunk(vae.Shape.Latent)];
        var logits = vae.Shape.Prior.Kind == PriorKind.Mog
            ? device.ToArray(vae.Parameters.Value("prior/logits"))
            : new float[K];
        var sum = logits.Sum(a => Math.Exp(a));
        return (Rows(mu), Rows(logVar), [.. logits.Select(a => Math.Exp(a) / sum)]);
    }

    float[] Draws(Vae vae, int count, ulong seed = 1)
    {
        var z = device.Arena.Allocate(count, vae.Shape.Latent);
        vae.SamplePrior(z, seed);
        return device.ToArray(z);
    }

    /// <summary>
    /// log Σ_k π_k Π_d N(z_d; …): the log-sum-exp is over components of all dimensions together. Summed for each
    /// dimension alone, as in the notebook of Tomczak's "Priors", it would be another number, far off.
    /// </summary>
    /// <remarks>A chain of 3 dimensions and a sum of 4 terms, of sizes below 50: 64 roundings of it.</remarks>
    [TestCaseSource(nameof(Mixtures))]
    public void A_mixture_is_one_of_joint_components(PriorKind kind)
    {
        var vae = Moved(kind, latent: 3);
        var (mu, logVar, weights) = Components(vae);
        float[] z = [0.3f, -1.2f, 0.7f, 1.5f, 0.2f, -0.4f];
        var density = LogDensity(vae, z);
        for (var row = 0; row < 2; row++)
        {
            double[] point = [.. z.Skip(3 * row).Take(3).Select(v => (double)v)];
            double joint = Mixture(weights, k => Enumerable.Range(0, 3).Sum(d => Log(k, d)));
            var apart = Enumerable.Range(0, 3).Sum(d => Mixture(weights, k => Log(k, d)));
            Assert.That(density[row], Is.EqualTo(joint).Within(64 * 50 * Math.ScaleB(1, -24)));
            Assert.That(Math.Abs(apart - joint), Is.GreaterThan(1e-3), "the test can tell");

            double Log(int k, int d) => Gaussian.LogDensityNats(mu[k][d], logVar[k][d], point[d]);
        }
    }

    static double Mixture(double[] weights, Func<int, double> log) =>
        Math.Log(Enumerable.Range(0, weights.Length).Sum(k => weights[k] * Math.Exp(log(k))));

    /// <summary>Cells of a square, each with as many draws as the density's integral over it says.</summary>
    /// <remarks>
    /// A cell of probability p gets n·p ± √(n·p) of n draws; with 64 cells, none is further off than 5 deviations in
    /// one run of 10⁵. Each integral is Simpson's rule on 8 × 8 intervals: its error is far below that.
    /// </remarks>
    [TestCaseSource(nameof(Kinds))]
    public void Draws_fill_the_cells_as_the_density_says(PriorKind kind)
    {
        const int Draws = 40_000, Cells = 8, Steps = 8;
        var vae = Moved(kind, latent: 2);
        var z = this.Draws(vae, Draws);
        (double From, double Size)[] axis =
        [
            .. Enumerable.Range(0, 2).Select(d =>
            {
                double[] sorted = [.. z.Where((_, i) => i % 2 == d).Select(v => (double)v).Order()];
                double from = sorted[Draws / 50], to = sorted[^(Draws / 50)];
                return (from, (to - from) / Cells);
            }),
        ];
        var counts = new double[Cells, Cells];
        for (var i = 0; i < Draws; i++)
        {
            int[] cell = [.. axis.Select((a, d) => (int)Math.Floor((z[2 * i + d] - a.From) / a.Size))];
            if (cell.All(c => c is >= 0 and < Cells)) counts[cell[0], cell[1]]++;
        }

        const int Side = Cells * Steps + 1;
        var grid = new float[2 * Side * Side];
        for (var i = 0; i < Side * Side; i++)
            for (var d = 0; d < 2; d++)
                grid[2 * i + d] = (float)(axis[d].From + axis[d].Size * (d == 0 ? i / Side : i % Side) / Steps);
        var density = LogDensity(vae, grid);
        for (var a = 0; a < Cells; a++)
            for (var b = 0; b < Cells; b++)
            {
                double integral = 0;
                for (var i = 0; i <= Steps; i++)
                    for (var j = 0; j <= Steps; j++)
                        integral += Simpson(i) * Simpson(j)
                            * Math.Exp(density[(a * Steps + i) * Side + b * Steps + j]);
                var expected = Draws * integral * axis[0].Size * axis[1].Size / (9.0 * Steps * Steps);
                Assert.That(counts[a, b], Is.EqualTo(expected).Within(5 * Math.Sqrt(expected) + 2), $"{a}, {b}");
            }

        static double Simpson(int i) => i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2;
    }

    /// <summary>The notebook's other mistake: a draw's standard deviation is e^(ℓ/2), not e^ℓ.</summary>
    [TestCaseSource(nameof(Mixtures))]
    public void Draws_have_the_means_and_variances_of_the_mixture(PriorKind kind)
    {
        const int Draws = 40_000, Latent = 3;
        var vae = Moved(kind, Latent);
        var (mu, logVar, weights) = Components(vae);
        var z = this.Draws(vae, Draws);
        for (var d = 0; d < Latent; d++)
        {
            double[] values = [.. z.Where((_, i) => i % Latent == d).Select(v => (double)v)];
            var mean = Enumerable.Range(0, K).Sum(k => weights[k] * mu[k][d]);
            var second = Enumerable.Range(0, K).Sum(k => weights[k] * (mu[k][d] * mu[k][d] + Math.Exp(logVar[k][d])));
            var variance = second - mean * mean;
            // A mean errs by its deviation over √n, a variance by at most √(kurtosis/n) of itself; 5 of each.
            Assert.That(values.Average(), Is.EqualTo(mean).Within(5 * Math.Sqrt(variance / Draws)), $"mean {d}");
            var kurtosis = values.Average(v => Math.Pow(v - mean, 4)) / (variance * variance);
            Assert.That(values.Average(v => (v - mean) * (v - mean)),
                Is.EqualTo(variance).Within(5 * variance * Math.Sqrt(kurtosis / Draws)), $"variance {d}");
        }
    }

    [Test]
    public void A_flow_begins_as_the_standard_normal()
    {
        var shape = new VaeShape(D, [6], 3, Activation.Tanh, Likelihood.Bernoulli)
        {
            Prior = new(PriorKind.Flow, 0) { Hidden = [8] },
        };
        var vae = new Vae(device, shape, seed: 3);
        float[] z = [0.3f, -1.2f, 0.7f];
        var expected = z.Sum(v => Gaussian.LogDensityNats(0, 0, v));
        Assert.That(LogDensity(vae, z)[0], Is.EqualTo(expected).Within(64 * Math.ScaleB(1, -24) * Math.Abs(expected)));
        var standard = new Vae(device, shape with { Prior = PriorShape.Standard }, seed: 3);
        Assert.That(Draws(vae, 10), Is.EqualTo(Draws(standard, 10)));
    }

    /// <summary>Where the rate has no closed form, kl is log q(z | x) − log p(z) at the draw, nothing else.</summary>
    [TestCaseSource(nameof(Kinds))]
    public void The_rate_is_the_log_ratio_at_the_draw(PriorKind kind)
    {
        const int B = 6;
        var vae = Moved(kind, latent: 2);
        var plan = vae.EvaluationPlan(B);
        device.Upload([.. Enumerable.Range(0, B * D).Select(i => i * 29 % 31 / 31f)], plan.X);
        plan.Run(0);
        float[] mu = device.ToArray(plan.Mu), logVar = device.ToArray(plan.LogVar), z = device.ToArray(plan.Z);
        var density = LogDensity(vae, z);
        var kl = device.ToArray(plan.Kl);
        for (var b = 0; b < B; b++)
        {
            double logQ = 0, closed = 0;
            for (var i = 2 * b; i < 2 * b + 2; i++)
            {
                logQ += Gaussian.LogDensityNats(mu[i], logVar[i], z[i]);
                closed += Gaussian.KlStandardNormalNats(mu[i], logVar[i]);
            }
            var expected = kind switch
            {
                PriorKind.Standard => closed,
                PriorKind.Autoregressive => AutoregressivePriorTests.Kl(
                    (AutoregressivePrior)vae.Prior, mu.AsSpan(2 * b, 2), logVar.AsSpan(2 * b, 2)),
                _ => logQ - density[b],
            };
            var size = Math.Abs(logQ) + Math.Abs(density[b]) + 1;
            Assert.That(kl[b], Is.EqualTo(expected).Within(64 * Math.ScaleB(1, -24) * size));
        }
    }

    /// <summary>The gradient of the whole objective by every parameter, the prior's among them.</summary>
    [TestCaseSource(nameof(Kinds))]
    public void Gradients_are_differences_of_the_objective(PriorKind kind)
    {
        var vae = Moved(kind, latent: 2);
        var plan = vae.TrainingPlan(4);
        MovedVae.MustBeDifferences(vae, plan, () =>
            (double)device.ToArray(plan.MeanNll)[0] + device.ToArray(plan.MeanKl)[0]);
    }

    [TestCase(PriorKind.Gtm, 5, 2)]
    [TestCase(PriorKind.GtmVamp, 1, 2)]
    [TestCase(PriorKind.Flow, 4, 1)]
    [TestCase(PriorKind.Autoregressive, 4, 1)]
    public void Shapes_that_cannot_be_are_refused(PriorKind kind, int components, int latent)
    {
        var shape = new VaeShape(D, [6], latent, Activation.Tanh, Likelihood.Bernoulli)
        {
            Prior = new(kind, components) { Rate = 1 },
        };
        Assert.That(() => new Vae(device, shape, seed: 0), Throws.ArgumentException);
    }
}
