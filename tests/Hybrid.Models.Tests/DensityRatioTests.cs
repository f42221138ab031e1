using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Models.Tests;

/// <summary>FactorVAE's discriminator: what the encoder learns of it, and what it learns itself.</summary>
[TestFixture]
public sealed class DensityRatioTests
{
    const int B = 16, D = 5, Latent = 3;

    const double Gamma = 4;

    static readonly VaeShape Shape = new(D, [6], Latent, Activation.Tanh, Likelihood.Gaussian(0.5))
    {
        HasDiscriminator = true,
    };

    HostDevice device = null!;
    Vae vae = null!;

    [SetUp]
    public void Open()
    {
        device = new(threads: 1);
        vae = new(device, Shape, seed: 1);
    }

    [TearDown]
    public void Close() => device.Dispose();

    static float[] Data()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, B * D).Select(_ => (float)(2 * random.NextDouble() - 1))];
    }

    float[] Gradient(Penalty? penalty, string name)
    {
        var plan = vae.TrainingPlan(B, KlTerm.Plain, penalty?.For(Shape, 100));
        device.Upload(Data(), plan.X);
        plan.Run(0);
        return device.ToArray(vae.Parameters.GradientOf(name));
    }

    /// <summary>Noise of the two draws of a training step: that of z, and the keys of the permutation.</summary>
    (float[] Noise, float[] Keys) Draws()
    {
        var graph = new Graph();
        var zero = graph.Input("zero", B, Latent);
        var (noise, _) = graph.ReparameterizeKl(zero, zero);
        var (keys, _) = graph.ReparameterizeKl(zero, zero);
        var plan = Plan.Evaluating(device, graph, vae.Parameters, vae.Seed, [noise, keys]);
        device.Ops.Fill(plan.Input("zero"), 0);
        plan.Run(0);
        return (device.ToArray(plan.TensorOf(noise)), device.ToArray(plan.TensorOf(keys)));
    }

    float[] Logits(float[] z)
    {
        var (plan, logit) = vae.DiscriminatorPlan(B);
        device.Upload(z, plan.Input("z"));
        plan.Run(0);
        return device.ToArray(plan.TensorOf(logit));
    }

    float[] Codes(float[] noise)
    {
        var account = vae.EvaluationPlan(B);
        device.Upload(Data(), account.X);
        account.Run(0);
        float[] mu = device.ToArray(account.Mu), logVar = device.ToArray(account.LogVar);
        return [.. mu.Select((m, i) => (float)(m + Math.Exp(0.5 * logVar[i]) * noise[i]))];
    }

    void MustBeSlopes(string name, Func<int, double> gradient, Func<double> value)
    {
        var weights = device.ToArray(vae.Parameters.Value(name));
        const float h = 1e-2f;
        double At(int i, float step)
        {
            var moved = (float[])weights.Clone();
            moved[i] += step;
            device.Upload(moved, vae.Parameters.Value(name));
            var result = value();
            device.Upload(weights, vae.Parameters.Value(name));
            return result;
        }
        for (var i = 0; i < weights.Length; i++)
        {
            var slope = (At(i, h) - At(i, -h)) / (2 * h);
            // h² of the third derivative, and float32 outputs over h.
            Assert.That(gradient(i), Is.EqualTo(slope).Within(2e-3 * (1 + Math.Abs(slope))), $"{name} {i}");
        }
    }

    /// <summary>γ times the mean logit, D held.</summary>
    [Test]
    public void The_encoder_learns_from_the_logit([Values("encoder/1/w", "encoder/1/b")] string name)
    {
        float[] before = Gradient(null, name), after = Gradient(new DensityRatio(Gamma), name);
        var (noise, _) = Draws();
        MustBeSlopes(name, i => (double)after[i] - before[i],
            () => Gamma * Logits(Codes(noise)).Average(logit => (double)logit));
    }

    /// <summary>Half the mean cross-entropy of codes, label 1, and of permuted ones, label 0; codes held.</summary>
    [Test]
    public void The_discriminator_learns_to_tell([Values("discriminator/0/w", "discriminator/1/b")] string name)
    {
        var gradient = Gradient(new DensityRatio(Gamma), name);
        var (noise, keys) = Draws();
        var codes = Codes(noise);
        var apart = new float[codes.Length];
        for (var k = 0; k < Latent; k++)
        {
            int[] order = [.. Enumerable.Range(0, B).OrderBy(b => keys[b * Latent + k])];
            for (var b = 0; b < B; b++) apart[b * Latent + k] = codes[order[b] * Latent + k];
        }
        Assert.That(apart, Is.Not.EqualTo(codes).And.EquivalentTo(codes));
        MustBeSlopes(name, i => gradient[i], () => 0.5 * (
            Logits(codes).Average(logit => Softplus(-logit)) + Logits(apart).Average(logit => Softplus(logit))));

        static double Softplus(double x) => Math.Log(1 + Math.Exp(x));
    }

    /// <summary>The decoder has no part in it.</summary>
    [Test]
    public void The_decoder_learns_nothing_of_it() => Assert.That(
        Gradient(new DensityRatio(Gamma), "decoder/0/w"), Is.EqualTo(Gradient(null, "decoder/0/w")));
}
