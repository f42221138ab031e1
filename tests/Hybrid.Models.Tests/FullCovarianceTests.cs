using Hybrid.Autodiff;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Theory;

namespace Hybrid.Models.Tests;

/// <summary>Draws of a Gaussian with any covariance, their rate, and the bottleneck that uses them.</summary>
[TestFixture]
public sealed class FullCovarianceTests
{
    const int Rows = 20_000;

    HostDevice device = null!;

    [SetUp]
    public void Open() => device = new(threads: 1);

    [TearDown]
    public void Close() => device.Dispose();

    static readonly double[] Mu = [0.5, -1.2, 0.3], LogVar = [-1, 0.4, -0.2], Below = [0.7, -0.3, 1.1];

    /// <summary>L from the numbers that an encoder gives.</summary>
    static double[,] Factor(int K)
    {
        var (factor, entry) = (new double[K, K], 0);
        for (var row = 0; row < K; row++)
        {
            factor[row, row] = Math.Exp(0.5 * LogVar[row]);
            for (var column = 0; column < row; column++) factor[row, column] = Below[entry++];
        }
        return factor;
    }

    static double[,] Covariance(int K)
    {
        var (factor, covariance) = (Factor(K), new double[K, K]);
        for (var i = 0; i < K; i++)
            for (var j = 0; j < K; j++)
                for (var k = 0; k < K; k++) covariance[i, j] += factor[i, k] * factor[j, k];
        return covariance;
    }

    (float[] Z, float[] Rate) Draw(int K)
    {
        var graph = new Graph();
        var (z, rate) = FullCovariance.Reparameterize(graph, graph.Input("mu", Rows, K),
            graph.Input("logVar", Rows, K), graph.Input("below", Rows, FullCovariance.Entries(K)));
        var plan = Plan.Evaluating(device, graph, new Parameters(device, [new("none", new(1, 1))]), 3, [z, rate]);
        FullCovariance.SetConstants(plan, device, K);
        void Fill(string name, double[] row, int count) => device.Upload(
            [.. Enumerable.Range(0, Rows * count).Select(i => (float)row[i % count])], plan.Input(name));
        Fill("mu", Mu, K);
        Fill("logVar", LogVar, K);
        Fill("below", Below, FullCovariance.Entries(K));
        plan.Run(0);
        return (device.ToArray(plan.TensorOf(z)), device.ToArray(plan.TensorOf(rate)));
    }

    [Test]
    public void The_rate_is_the_KL_of_that_Gaussian([Values(2, 3)] int K)
    {
        var identity = new double[K, K];
        for (var k = 0; k < K; k++) identity[k, k] = 1;
        var exact = MultivariateGaussian.KlNats(Mu[..K], Covariance(K), new double[K], identity);
        Assert.That(Draw(K).Rate, Is.All.EqualTo(exact).Within(1e-5));
    }

    /// <summary>
    /// The covariance of N draws errs by √((Σ_ii Σ_jj + Σ_ij²)/N), their mean by √(Σ_ii/N): within five of each.
    /// </summary>
    [Test]
    public void Draws_have_that_mean_and_covariance([Values(2, 3)] int K)
    {
        var (z, sigma) = (Draw(K).Z, Covariance(K));
        double Mean(Func<int, double> of) => Enumerable.Range(0, Rows).Average(of);
        for (var i = 0; i < K; i++)
        {
            Assert.That(Mean(n => z[n * K + i]), Is.EqualTo(Mu[i]).Within(5 * Math.Sqrt(sigma[i, i] / Rows)));
            for (var j = 0; j <= i; j++)
                Assert.That(Mean(n => (z[n * K + i] - Mu[i]) * (z[n * K + j] - Mu[j])), Is.EqualTo(sigma[i, j])
                    .Within(5 * Math.Sqrt((sigma[i, i] * sigma[j, j] + sigma[i, j] * sigma[i, j]) / Rows)));
        }
    }

    [Test]
    public void Gradients_of_a_bottleneck_are_differences([Values] CodeCovariance covariance, [Values(2, 3)] int K)
    {
        const int B = 4, C = 3;
        var vib = new Vib(device, new(5, [6], K, C, Activation.Tanh) { Covariance = covariance }, seed: 1);
        // Away from the start, whose tiny σ makes second derivatives large.
        var bias = vib.Parameters.Value("encoder/1/b");
        device.Upload([.. Enumerable.Range(0, bias.Rows).Select(i => 0.1f * i - 0.3f)], bias);
        var plan = vib.TrainingPlan(B, beta: 0.4);
        device.Upload([.. Enumerable.Range(0, B * 5).Select(i => (float)Math.Sin(i))], plan.X);
        device.Upload([.. Enumerable.Range(0, B * C).Select(i => i / C % C == i % C ? 1f : 0)], plan.Y);
        Differences.MustBe(device, vib.Parameters, () =>
        {
            plan.Run(0);
            return device.ToArray(plan.MeanCrossEntropy)[0] + 0.4 * device.ToArray(plan.MeanRate)[0];
        });
    }
}
