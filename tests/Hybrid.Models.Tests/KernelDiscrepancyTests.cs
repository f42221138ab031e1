using Hybrid.Autodiff;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Theory;

namespace Hybrid.Models.Tests;

/// <summary>InfoVAE's MMD²: against plain loops, its closed form for Gaussians, and central differences.</summary>
[TestFixture]
public sealed class KernelDiscrepancyTests
{
    const int B = 24, D = 5, Latent = 3;

    static readonly VaeShape Shape = new(D, [6], Latent, Activation.Tanh, Likelihood.Gaussian(0.5));

    /// <summary>The unbiased estimate by its definition; the prior's part by the closed form of one point.</summary>
    static double Estimate(double[] z, int K = Latent)
    {
        var count = z.Length / K;
        double square = K, pairs = 0, prior = 0;
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
                if (i != j) pairs += Math.Exp(-Distance(i, j) / (2 * square)) / ((double)count * (count - 1));
            // A point is a Gaussian of no variance.
            double[] point = z[(i * K)..((i + 1) * K)];
            prior += (1 + Prior() - Discrepancy.FromStandardNormal(square, point, new double[K])) / 2 / count;
        }
        return pairs - 2 * prior + Prior();

        double Prior() => Math.Pow(square / (square + 2), 0.5 * K);

        double Distance(int i, int j) => Enumerable.Range(0, K).Sum(k => Math.Pow(z[i * K + k] - z[j * K + k], 2));
    }

    /// <summary>Float32 sums of B kernels of at most 1, each of a chain of K fused steps and an exponential.</summary>
    [TestCase(0, 1)]
    [TestCase(0.8, 0.3)]
    [TestCase(-2, 3)]
    public void Is_its_definition_and_on_average_that_of_Gaussians(double mean, double deviation)
    {
        const int steps = 400;
        using var device = new HostDevice(threads: 1);
        var graph = new Graph();
        Value mu = graph.Input("mu", B, Latent), logVar = graph.Input("logVar", B, Latent);
        var (z, kl) = graph.ReparameterizeKl(mu, logVar);
        var terms = new KernelDiscrepancy(1).Terms(graph, new(mu, logVar, z, kl, kl, z));
        var plan = Plan.Evaluating(
            device, graph, new(device, [new("none", new(1, 1))]), 1, [z, terms[0].Value, terms[1].Value]);
        KernelDiscrepancy.SetKernel(device, plan, Latent);
        device.Ops.Fill(plan.Input("mu"), (float)mean);
        device.Ops.Fill(plan.Input("logVar"), (float)(2 * Math.Log(deviation)));
        double sum = 0, squares = 0;
        for (var step = 0; step < steps; step++)
        {
            plan.Run((uint)step);
            var value = KernelDiscrepancy.Of(
                device.ToArray(plan.TensorOf(terms[0].Value)), device.ToArray(plan.TensorOf(terms[1].Value)), Latent);
            if (step < 10)
                Assert.That(value, Is.EqualTo(
                    Estimate(Array.ConvertAll(device.ToArray(plan.TensorOf(z)), x => (double)x))).Within(1e-5));
            (sum, squares) = (sum + value, squares + value * value);
        }
        var average = sum / steps;
        var error = Math.Sqrt((squares / steps - average * average) / (steps - 1));
        var exact = Discrepancy.FromStandardNormal(
            Latent, [.. Enumerable.Repeat(mean, Latent)], [.. Enumerable.Repeat(deviation * deviation, Latent)]);
        Assert.That(average, Is.EqualTo(exact).Within(5 * error + 1e-6));
        Assert.That(error, Is.LessThan(3e-3), "an error that tells the cases apart");
    }

    [Test]
    public void Its_gradient_is_the_slope_of_its_value([Values("encoder/1/w", "encoder/1/b")] string name)
    {
        const double Weight = 30;
        using var device = new HostDevice(threads: 1);
        var vae = new Vae(device, Shape, seed: 1);
        VaePlan plain = vae.TrainingPlan(B), with = vae.TrainingPlan(B, KlTerm.Plain, new KernelDiscrepancy(Weight));
        var account = vae.EvaluationPlan(B);
        foreach (var x in new[] { plain.X, with.X, account.X }) device.Upload(Data(), x);
        plain.Run(0);
        var before = device.ToArray(vae.Parameters.GradientOf(name));
        with.Run(0);
        var after = device.ToArray(vae.Parameters.GradientOf(name));
        var noise = TrainingNoise.Of(device, vae, B, Latent);

        var weights = device.ToArray(vae.Parameters.Value(name));
        const float h = 1e-2f;
        for (var i = 0; i < weights.Length; i++)
        {
            var slope = (At(i, h) - At(i, -h)) / (2 * h);
            // h² of the third derivative, and float32 outputs over h.
            Assert.That((double)after[i] - before[i], Is.EqualTo(slope).Within(2e-3 * (1 + Math.Abs(slope))));
        }

        double At(int i, float step)
        {
            var moved = (float[])weights.Clone();
            moved[i] += step;
            device.Upload(moved, vae.Parameters.Value(name));
            account.Run(0);
            float[] mu = device.ToArray(account.Mu), logVar = device.ToArray(account.LogVar);
            device.Upload(weights, vae.Parameters.Value(name));
            return Weight * Estimate(
                [.. Enumerable.Range(0, mu.Length).Select(j => mu[j] + Math.Exp(0.5 * logVar[j]) * noise[j])]);
        }
    }

    static float[] Data()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, B * D).Select(_ => (float)(2 * random.NextDouble() - 1))];
    }
}
