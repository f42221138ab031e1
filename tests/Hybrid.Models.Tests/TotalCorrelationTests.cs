using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Models.Tests;

/// <summary>β-TCVAE's term: against its definition in doubles, and where the answer is known.</summary>
[TestFixture]
public sealed class TotalCorrelationTests
{
    const int B = 16, D = 5, Latent = 3, Examples = 200;

    static readonly VaeShape Shape = new(D, [6], Latent, Activation.Tanh, Likelihood.Gaussian(0.5));

    static float[] Data()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, B * D).Select(_ => (float)(2 * random.NextDouble() - 1))];
    }

    /// <summary>TC of a batch's draws by the definition of its weights.</summary>
    static double Estimate(double[] z, float[] mu, float[] logVar, int examples, int K = Latent)
    {
        var count = mu.Length / K;
        double sum = 0;
        for (var i = 0; i < count; i++)
        {
            sum += LogSum(i, 0, K);
            for (var k = 0; k < K; k++) sum -= LogSum(i, k, k + 1);
        }
        return sum / count;

        double LogSum(int i, int from, int to) => Math.Log(Enumerable.Range(0, count).Sum(j =>
        {
            var weight = i == j ? 1.0 / examples : (examples - 1.0) / examples / (count - 1);
            return weight * Math.Exp(Enumerable.Range(from, to - from).Sum(k =>
            {
                double l = logVar[j * K + k], r = z[i * K + k] - mu[j * K + k];
                return -0.5 * (Math.Log(2 * Math.PI) + l + r * r * Math.Exp(-l));
            }));
        }));
    }

    /// <summary>What the term adds to the gradient of the encoder's output layer, beside central differences.</summary>
    [Test]
    public void Its_gradient_is_the_slope_of_its_value([Values("encoder/1/w", "encoder/1/b")] string name)
    {
        const double Beta = 4;
        using var device = new HostDevice(threads: 1);
        var vae = new Vae(device, Shape, seed: 1);
        VaePlan plain = vae.TrainingPlan(B);
        var with = vae.TrainingPlan(B, KlTerm.Plain, new TotalCorrelation(Beta).For(Examples));
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
            double[] z = [.. Enumerable.Range(0, mu.Length).Select(j => mu[j] + Math.Exp(0.5 * logVar[j]) * noise[j])];
            return (Beta - 1) * Estimate(z, mu, logVar, Examples);
        }
    }

    /// <summary>β = 1 is the ELBO's gradient to the bit: the three terms of the KL are weighed alike.</summary>
    [Test]
    public void At_one_it_is_the_ELBO()
    {
        using var device = new HostDevice(threads: 1);
        var vae = new Vae(device, Shape, seed: 1);
        float[] Gradient(Penalty? penalty)
        {
            var plan = vae.TrainingPlan(B, KlTerm.Plain, penalty);
            device.Upload(Data(), plan.X);
            plan.Run(3);
            return device.ToArray(vae.Parameters.Gradient);
        }
        var elbo = Gradient(null);
        Assert.That(Gradient(new TotalCorrelation(1).For(Examples)), Is.EqualTo(elbo));
        Assert.That(Gradient(new TotalCorrelation(2).For(Examples)), Is.Not.EqualTo(elbo));
    }

    /// <summary>
    /// Posteriors that never meet along a diagonal: each coordinate tells all, and TC = (K − 1)·ln N exactly, whatever
    /// the batch. Its own mixture would say (K − 1)·ln B.
    /// </summary>
    [TestCase(8)]
    [TestCase(100)]
    public void A_diagonal_of_separated_posteriors(int examples)
    {
        var (term, inBatch) = Value(n => [100 * n, -50 * n, 70 * n], 8, examples);
        Assert.That(term, Is.EqualTo(2 * Math.Log(examples)).Within(1e-4));
        Assert.That(inBatch, Is.EqualTo(2 * Math.Log(8)).Within(1e-4));
    }

    /// <summary>Every corner of a cube: the coordinates are independent, and TC = 0.</summary>
    [Test]
    public void The_corners_of_a_cube() => Assert.That(
        Value(n => [100 * (n & 1), 100 * (n >> 1 & 1), 100 * (n >> 2)], 8, 8).Term, Is.Zero.Within(1e-4));

    /// <summary>A run's three terms, draw by draw, are log q(z | x) − log p(z): the ELBO's estimator.</summary>
    [Test]
    public void The_terms_of_the_KL_add_up()
    {
        var random = new Random(2);
        float[] At(int _) => [.. Enumerable.Range(0, 3).Select(_ => (float)random.NextDouble())];
        var (z, mu, logVar, joint, marginals) = Densities(At, 8, 50);
        for (var i = 0; i < 8; i++)
        {
            double information = Own(i) - joint[i], total = joint[i], dimensions = 0;
            for (var k = 0; k < 3; k++)
            {
                total -= marginals[3 * i + k];
                dimensions += marginals[3 * i + k] + 0.5 * (Math.Log(2 * Math.PI) + z[3 * i + k] * z[3 * i + k]);
            }
            var squares = Enumerable.Range(0, 3).Sum(k => z[3 * i + k] * z[3 * i + k]);
            var ratio = Own(i) + 1.5 * Math.Log(2 * Math.PI) + 0.5 * squares;
            Assert.That(information + total + dimensions, Is.EqualTo(ratio).Within(1e-5));
        }

        double Own(int i) => Enumerable.Range(3 * i, 3).Sum(k =>
            -0.5 * (Math.Log(2 * Math.PI) + logVar[k] + Math.Pow(z[k] - mu[k], 2) * Math.Exp(-logVar[k])));
    }

    /// <summary>TC at draws of posteriors of variance e^−2, stratified and in batch.</summary>
    static (double Term, double InBatch) Value(Func<int, float[]> mean, int count, int examples)
    {
        double Of(int population)
        {
            var (_, _, _, joint, marginals) = Densities(mean, count, population);
            return (joint.Sum(x => (double)x) - marginals.Sum(x => (double)x)) / count;
        }
        return (Of(examples), Of(0));
    }

    /// <summary>What the term's two values are for posteriors that are given.</summary>
    static (float[] Z, float[] Mu, float[] LogVar, float[] Joint, float[] Marginals) Densities(
        Func<int, float[]> mean, int count, int population)
    {
        using var device = new HostDevice(threads: 1);
        var graph = new Graph();
        Value mu = graph.Input("mu", count, Latent), logVar = graph.Input("logVar", count, Latent);
        var (z, kl) = graph.ReparameterizeKl(mu, logVar);
        var terms = (new TotalCorrelation(2) { Examples = population }).Terms(graph, new(mu, logVar, z, kl, kl, z));
        Parameters none = new(device, [new("none", new(1, 1))]);
        var plan = Plan.Evaluating(device, graph, none, 1, [z, terms[0].Value, terms[1].Value]);
        float[] means = [.. Enumerable.Range(0, count).SelectMany(mean)];
        float[] variances = [.. Enumerable.Repeat(-2f, count * Latent)];
        device.Upload(means, plan.Input("mu"));
        device.Upload(variances, plan.Input("logVar"));
        plan.Run(0);
        return (device.ToArray(plan.TensorOf(z)), means, variances, device.ToArray(plan.TensorOf(terms[0].Value)),
            device.ToArray(plan.TensorOf(terms[1].Value)));
    }
}
