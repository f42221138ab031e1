using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Theory;

namespace Hybrid.Models.Tests;

/// <summary>Three gradients of one bound, on a linear VAE, where the best posterior is known.</summary>
[TestFixture]
public sealed class ImportanceObjectiveTests
{
    const int D = 4, Latent = 2, B = 2 * D;
    const double Sigma = 0.5;

    static readonly double[] Lambda = [3, 1.5, 0.6, 0.3];

    static readonly string[] Encoder = ["encoder/0/w", "encoder/0/b", "encoder/logVar"];

    static readonly string[] Decoder = ["decoder/0/w", "decoder/0/b"];

    static double[,] Covariance
    {
        get
        {
            var sigma = new double[D, D];
            for (var i = 0; i < D; i++) sigma[i, i] = Lambda[i];
            return sigma;
        }
    }

    /// <summary>Points ±√(Dλ_i)·e_i.</summary>
    static float[] Points() => [.. Enumerable.Range(0, B * D).Select(i =>
        i % D == i / D / 2 ? (float)((i / D % 2 == 0 ? 1 : -1) * Math.Sqrt(D * Lambda[i % D])) : 0)];

    /// <summary>A linear VAE at its optimum, its posterior bent by factors: with 1 and 1 it is the true one.</summary>
    static Vae Model(Device device, double mean, double variance)
    {
        var shape = new VaeShape(D, [], Latent, Activation.Identity, Likelihood.Gaussian(Sigma))
        {
            SharedPosteriorVariance = true,
        };
        var vae = new Vae(device, shape, seed: 2);
        var optimum = LinearVae.AtOptimum(Covariance, Latent, 1, Sigma * Sigma);
        void Set(string name, IEnumerable<double> values) =>
            device.Upload([.. values.Select(v => (float)v)], vae.Parameters.Value(name));
        // A layer computes x·A on rows: A = Wᵀ.
        Set("encoder/0/w",
            Enumerable.Range(0, D * Latent).Select(i => mean * optimum.EncoderWeights[i % Latent, i / Latent]));
        Set("decoder/0/w", Enumerable.Range(0, D * Latent).Select(i => optimum.DecoderWeights[i % D, i / D]));
        Set("encoder/logVar", optimum.PosteriorVariance.Select(s => Math.Log(s * variance)));
        return vae;
    }

    /// <summary>The gradients of these parameters at steps 0, 1, …: [step][number].</summary>
    static float[][] Gradients(Device device, Vae vae, VaePlan plan, string[] names, int steps)
    {
        device.Upload(Points(), plan.X);
        return [.. Enumerable.Range(0, steps).Select(step =>
        {
            plan.Run((uint)step);
            return names.SelectMany(name => device.ToArray(vae.Parameters.GradientOf(name))).ToArray();
        })];
    }

    static float[][] Of(ImportanceGradient gradient, int K, string[] names, int steps, double mean, double variance)
    {
        using var device = new HostDevice(threads: 1);
        var vae = Model(device, mean, variance);
        return Gradients(device, vae, vae.TrainingPlan(B, new ImportanceObjective(K, gradient)), names, steps);
    }

    static float[][] OfElbo(string[] names, int steps, double mean, double variance)
    {
        using var device = new HostDevice(threads: 1);
        var vae = Model(device, mean, variance);
        return Gradients(device, vae, vae.TrainingPlan(B), names, steps);
    }

    const int Steps = 3000;

    /// <summary>The KL in closed form and from a draw have the same mean.</summary>
    [Test]
    public void With_one_draw_it_is_the_ELBO([Values] ImportanceGradient gradient) =>
        AverageGradients.MustAgree(
            Of(gradient, 1, [.. Encoder, .. Decoder], Steps, 0.8, 1.3),
            OfElbo([.. Encoder, .. Decoder], Steps, 0.8, 1.3));

    [Test]
    public void Squared_shares_have_no_bias() =>
        AverageGradients.MustAgree(
            Of(ImportanceGradient.DoublyReparameterized, 4, Encoder, Steps, 0.8, 1.3),
            Of(ImportanceGradient.Full, 4, Encoder, Steps, 0.8, 1.3));

    /// <summary>The test above can fail: without the square there is a bias at K = 4, and it is seen.</summary>
    [Test]
    public void Sticking_the_landing_has_one() => Assert.That(
        () => AverageGradients.MustAgree(
            Of(ImportanceGradient.StickingTheLanding, 4, Encoder, Steps, 0.8, 1.3),
            Of(ImportanceGradient.Full, 4, Encoder, Steps, 0.8, 1.3)),
        Throws.InstanceOf<AssertionException>());

    [Test]
    public void The_decoder_learns_the_same_way_in_all([Values(1, 5)] int K)
    {
        var full = Of(ImportanceGradient.Full, K, Decoder, 3, 0.8, 1.3);
        foreach (var gradient in Enum.GetValues<ImportanceGradient>())
            Assert.That(Of(gradient, K, Decoder, 3, 0.8, 1.3), Is.EqualTo(full));
    }

    /// <summary>Nothing is left to learn: two of three say so at every draw, the third on average.</summary>
    [Test]
    public void At_the_true_posterior_there_is_no_noise()
    {
        double Largest(ImportanceGradient gradient) =>
            Of(gradient, 3, Encoder, 20, 1, 1).Max(step => step.Max(Math.Abs));
        // Float rounding of terms of size 1/σ² beside one another.
        Assert.That(Largest(ImportanceGradient.StickingTheLanding), Is.LessThan(1e-4));
        Assert.That(Largest(ImportanceGradient.DoublyReparameterized), Is.LessThan(1e-4));
        Assert.That(Largest(ImportanceGradient.Full), Is.GreaterThan(0.05));
    }
}
