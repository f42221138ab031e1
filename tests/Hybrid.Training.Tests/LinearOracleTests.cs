using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests;

/// <summary>A trained linear VAE beside its optimum: the gap closes, and never by going below.</summary>
[TestFixture]
public class LinearOracleTests
{
    /// <summary>A step sees the whole covariance.</summary>
    const int N = 128, Side = 2;

    static readonly VaeRunOptions Options = new()
    {
        Data = "signs", Hidden = [], Latent = 2, BatchSize = N, Epochs = 6000, LearningRate = 0.1,
        Likelihood = LikelihoodKind.GaussianLearnt, Sigma = 0.1, Schedule = LearningRateSchedule.Linear,
    };

    /// <summary>
    /// Two signs and uniform noise make four pixels: the optimum asks for a covariance, not for Gaussians, which [0, 1]
    /// would cut.
    /// </summary>
    static DataSplit Data()
    {
        var random = new Random(3);
        ImageSet Set(string name, int n)
        {
            var pixels = new float[n * Side * Side];
            for (var i = 0; i < n; i++)
            {
                var (a, b) = (0.22 * (2 * random.Next(2) - 1), 0.12 * (2 * random.Next(2) - 1));
                double[] parts = [a + b, a - b, a, b];
                for (var d = 0; d < 4; d++)
                    pixels[i * 4 + d] = (float)(0.5 + parts[d] + 0.2 * (random.NextDouble() - 0.5));
            }
            return new(name, Side, Side, pixels);
        }
        return new(Set("train", N), Set("test", 200));
    }

    [Test]
    public void Training_closes_the_gap([Values(1, 2)] double beta)
    {
        using var device = new HostDevice(threads: 1);
        var (data, options) = (Data(), (Options with { Beta = beta }).Validated());
        var trainer = new VaeTrainer(device, options, data);
        var oracle = new LinearOracle(options, data.Train);
        var before = oracle.Compare(new(trainer.Vae), data.Train)!;
        trainer.Run(CancellationToken.None);
        var after = oracle.Compare(new(trainer.Vae), data.Train)!;
        Assert.Multiple(() =>
        {
            Assert.That(before.Gap, Is.GreaterThan(0.5));
            // Above the optimum, whatever training does; sums of float32 decoders round by 1e-6.
            Assert.That(after.Gap, Is.InRange(-1e-5, 0.01), $"of {after.Optimum.NegativeElbo}");
            Assert.That(after.Reached.Kl, Is.EqualTo(after.Optimum.Kl).Within(0.05));
            Assert.That(after.Reached.ActiveUnits, Is.EqualTo(after.Optimum.ActiveUnits));
            Assert.That(trainer.Vae.Sigma, Is.EqualTo(Math.Sqrt(oracle.Optimum!.DecoderVariance)).Within(1).Percent);
            // The best on the training set is not on other images; both lose alike.
            var test = oracle.Compare(new(trainer.Vae), data.Test)!;
            Assert.That(test.Gap, Is.EqualTo(0).Within(0.02));
            Assert.That(test.Optimum.NegativeElbo, Is.Not.EqualTo(after.Optimum.NegativeElbo));
        });
    }

    /// <summary>What one draw of z per image says, over all images: within 4 standard errors of the draws' spread.</summary>
    [Test]
    public void Its_account_is_the_evaluation_without_the_draws()
    {
        using var device = new HostDevice(threads: 1);
        var (data, options) = (Data(), Options.Validated());
        var vae = new Vae(device, options.ShapeFor(data.Train.D), seed: 5);
        var drawn = new VaeEvaluation(vae, new(device, data.Train), binarize: false).Run();
        var exact = new LinearOracle(options, data.Train).Compare(new(vae), data.Train)!.Reached;
        Assert.That(drawn.Kl, Is.EqualTo(exact.Kl).Within(1e-5));
        Assert.That(drawn.Reconstruction, Is.EqualTo(exact.Reconstruction).Within(4 * drawn.StandardError));
    }

    /// <summary>A narrow layer of a linear network holds z to its own width.</summary>
    [Test]
    public void A_narrow_linear_layer_limits_the_optimum()
    {
        var narrow = Options with { Hidden = [1], Activation = Activation.Identity };
        Assert.That(LinearOracle.Knows(narrow), Is.True);
        Assert.That(new LinearOracle(narrow, Data().Train).Optimum!.ActiveUnits, Is.EqualTo(1));
    }

    [Test]
    public void It_knows_linear_Gaussian_runs_alone()
    {
        Assert.Multiple(() =>
        {
            Assert.That(LinearOracle.Knows(Options), Is.True);
            Assert.That(LinearOracle.Knows(Options with { Hidden = [9] }), Is.False);
            Assert.That(LinearOracle.Knows(Options with { Likelihood = LikelihoodKind.Bernoulli }), Is.False);
            Assert.That(LinearOracle.Knows(Options with { Objective = "iwae:5" }), Is.False);
            Assert.That(LinearOracle.Knows(Options with { Prior = PriorKind.Vamp }), Is.False);
            Assert.That(LinearOracle.Knows(Options with { Remedy = "free-bits:0.1" }), Is.False);
            Assert.That(LinearOracle.Knows(Options with { Remedy = "anneal:3" }), Is.True);
        });
    }
}
