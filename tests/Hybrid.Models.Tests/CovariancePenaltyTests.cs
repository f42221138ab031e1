using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Models.Tests;

/// <summary>DIP-VAE's penalty, against plain loops and at the end of training.</summary>
[TestFixture]
public sealed class CovariancePenaltyTests
{
    const int B = 64, D = 5, Latent = 3;

    static readonly VaeShape Shape =
        new(D, [], Latent, Activation.Identity, Likelihood.Gaussian(0.5)) { SharedPosteriorVariance = true };

    static float[] Data()
    {
        var random = new Random(5);
        var x = new float[B * D];
        for (var b = 0; b < B; b++)
        {
            // Neighbouring columns go together, so that codes would too; of about unit variance, with a mean.
            double before = 0;
            for (var d = 0; d < D; d++)
            {
                var own = Math.Sqrt(3) * (2 * random.NextDouble() - 1);
                x[b * D + d] = (float)(own + 0.5 * before + 0.2 * d);
                before = own;
            }
        }
        return x;
    }

    /// <summary>The penalty of codes [B, K], in doubles.</summary>
    static double Penalty(CovariancePenalty of, float[] codes)
    {
        var C = Covariance(codes);
        double sum = 0;
        for (var i = 0; i < Latent; i++)
            for (var j = 0; j < Latent; j++)
                sum += i == j ? of.Diagonal * Math.Pow(C[i, j] - 1, 2) : of.OffDiagonal * C[i, j] * C[i, j];
        return sum;
    }

    static double[,] Covariance(float[] codes)
    {
        double Mean(Func<int, double> of) => Enumerable.Range(0, B).Average(of);
        var C = new double[Latent, Latent];
        for (var i = 0; i < Latent; i++)
            for (var j = 0; j < Latent; j++)
                C[i, j] = Mean(b => (double)codes[b * Latent + i] * codes[b * Latent + j])
                    - Mean(b => codes[b * Latent + i]) * Mean(b => codes[b * Latent + j]);
        return C;
    }

    /// <summary>What the penalty adds to the gradient of the encoder's weights, beside central differences.</summary>
    [Test]
    public void Its_gradient_is_the_slope_of_its_value([Values] bool ofDraws)
    {
        using var device = new HostDevice(threads: 1);
        var vae = new Vae(device, Shape, seed: 1);
        var penalty = new CovariancePenalty(ofDraws, 3, 7);
        VaePlan plain = vae.TrainingPlan(B), with = vae.TrainingPlan(B, KlTerm.Plain, penalty);
        var account = vae.EvaluationPlan(B);
        foreach (var x in new[] { plain.X, with.X, account.X }) device.Upload(Data(), x);
        plain.Run(0);
        var before = device.ToArray(vae.Parameters.GradientOf("encoder/0/w"));
        with.Run(0);
        var after = device.ToArray(vae.Parameters.GradientOf("encoder/0/w"));

        var weights = device.ToArray(vae.Parameters.Value("encoder/0/w"));
        const float h = 1e-2f;
        for (var i = 0; i < weights.Length; i++)
        {
            var slope = (At(i, h) - At(i, -h)) / (2 * h);
            // Quartic in the weights: h² of the third derivative, which is of the size of the slope's terms.
            Assert.That((double)after[i] - before[i], Is.EqualTo(slope).Within(5e-3 * (1 + Math.Abs(slope))));
        }

        double At(int i, float step)
        {
            var moved = (float[])weights.Clone();
            moved[i] += step;
            device.Upload(moved, vae.Parameters.Value("encoder/0/w"));
            account.Run(0);
            var mu = device.ToArray(account.Mu);
            device.Upload(weights, vae.Parameters.Value("encoder/0/w"));
            // The draws of training: mu and the same noise at every step length.
            return Penalty(penalty, ofDraws ? [.. mu.Zip(Noise(), (m, e) => m + e)] : mu);
        }

        // z − mu of the training step: the posterior's deviation is 1 (logVar 0), whatever mu is.
        float[] Noise()
        {
            var graph = new Autodiff.Graph();
            var zero = graph.Input("zero", B, Latent);
            var (z, _) = graph.ReparameterizeKl(zero, zero);
            var noise = Autodiff.Plan.Evaluating(device, graph, vae.Parameters, vae.Seed, [z]);
            device.Ops.Fill(noise.Input("zero"), 0);
            noise.Run(0);
            return device.ToArray(noise.TensorOf(z));
        }
    }

    /// <summary>What is left of a covariance is the slope of −ELBO over 2λ: below ten over two hundred.</summary>
    [Test]
    public void Codes_end_uncorrelated()
    {
        using var device = new HostDevice(threads: 1);
        var vae = new Vae(device, Shape, seed: 1);
        var plan = vae.TrainingPlan(B, KlTerm.Plain, new CovariancePenalty(OfDraws: false, 100, 100));
        var account = vae.EvaluationPlan(B);
        device.Upload(Data(), plan.X);
        device.Upload(Data(), account.X);
        var (m, v) = (vae.Parameters.NewBlock(), vae.Parameters.NewBlock());
        const int steps = 4000;
        for (var step = 0; step < steps; step++)
        {
            plan.Run((uint)step);
            device.Ops.Adam(vae.Parameters.Values, vae.Parameters.Gradient, m, v,
                AdamStep.At(step + 1, 0.02 * (1 - (double)step / steps)));
        }
        account.Run(0);
        var C = Covariance(device.ToArray(account.Mu));
        for (var i = 0; i < Latent; i++)
            for (var j = 0; j < Latent; j++)
                Assert.That(C[i, j], Is.EqualTo(i == j ? 1 : 0).Within(0.05), $"{i}, {j}");
    }
}
