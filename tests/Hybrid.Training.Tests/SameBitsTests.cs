using Hybrid.Devices;
using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests;

/// <summary>A whole training run gives the same bits from the GPU's kernels as from the CPU's lanes.</summary>
[TestFixture]
public sealed class SameBitsTests
{
    static DataSplit Images()
    {
        var pixels = new float[24 * 16];
        var noise = new Noise(3, 0, Streams.Data);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = U32.ToUnit(Philox.Draw<U32, F32>(new U32((uint)i), 0, noise).W0).V;
        return new ImageSet("tiny", 4, 4, pixels).Split(16, 8);
    }

    static string Train(Device device, LikelihoodKind likelihood, Activation activation)
    {
        using (device)
        {
            var options = new VaeRunOptions
            {
                Hidden = [7], Latent = 3, BatchSize = 8, Epochs = 1, Seed = 5, LearningRate = 0.01,
                Likelihood = likelihood, Activation = activation, Components = 2, Values = 5,
            };
            var trainer = new VaeTrainer(device, options, Images());
            trainer.Run(CancellationToken.None);
            var test = trainer.History[0].Test;
            return $"{ParametersHash.Of(device, trainer.Vae.Parameters)} {test.Reconstruction:R} {test.Kl:R}";
        }
    }

    [TestCase(LikelihoodKind.Bernoulli, Activation.Relu)]
    [TestCase(LikelihoodKind.Bernoulli, Activation.Gelu)]
    [TestCase(LikelihoodKind.GaussianLearnt, Activation.Tanh)]
    [TestCase(LikelihoodKind.GaussianFixed, Activation.Silu)]
    [TestCase(LikelihoodKind.ContinuousBernoulli, Activation.Relu)]
    [TestCase(LikelihoodKind.Logistic, Activation.Relu)]
    [TestCase(LikelihoodKind.LogisticMixture, Activation.Relu)]
    [TestCase(LikelihoodKind.Categorical, Activation.Relu)]
    public void Simulator_and_PTX_equal_host(LikelihoodKind likelihood, Activation activation)
    {
        var host = Train(new HostDevice(1, HostLanes.Auto), likelihood, activation);
        Assert.That(Train(GpuDevice.Simulator(), likelihood, activation), Is.EqualTo(host), "simulator");
        Assert.That(Train(GpuDevice.Ptx(), likelihood, activation), Is.EqualTo(host), "ptx");
    }

    /// <summary>Pseudo-inputs through the encoder, a grid's points, six couplings: the same bits everywhere.</summary>
    [Test]
    public void Priors_on_simulator_and_PTX_equal_host([Values] PriorKind prior)
    {
        var host = Train(new HostDevice(2, HostLanes.Auto), prior);
        Assert.That(Train(new HostDevice(1, HostLanes.F32), prior), Is.EqualTo(host), "one float a lane");
        Assert.That(Train(GpuDevice.Simulator(), prior), Is.EqualTo(host), "simulator");
        Assert.That(Train(GpuDevice.Ptx(), prior), Is.EqualTo(host), "ptx");
    }

    [TestCase("iwae-dreg:3", "none")]
    [TestCase("elbo", "free-bits:0.2")]
    public void A_VampPrior_under_another_objective_too(string objective, string remedy)
    {
        var host = Train(new HostDevice(2, HostLanes.Auto), PriorKind.Vamp, objective, remedy);
        Assert.That(Train(GpuDevice.Ptx(), PriorKind.Vamp, objective, remedy), Is.EqualTo(host), "ptx");
    }

    /// <summary>A run, and z drawn from the prior that it leaves.</summary>
    static string Train(Device device, PriorKind prior, string objective = "elbo", string remedy = "none")
    {
        using (device)
        {
            var options = new VaeRunOptions
            {
                Hidden = [7], Latent = 3, BatchSize = 8, Epochs = 1, Seed = 5, LearningRate = 0.01, Prior = prior,
                PriorComponents = 9, Objective = objective, Remedy = remedy,
            };
            var trainer = new VaeTrainer(device, options, Images());
            trainer.Run(CancellationToken.None);
            var z = device.Arena.Allocate(5, 3);
            trainer.Vae.SamplePrior(z, 1);
            var test = trainer.History[0].Test;
            return $"{ParametersHash.Of(device, trainer.Vae.Parameters)} {test.Reconstruction:R} {test.Kl:R} "
                + $"{test.MutualInformation:R} {string.Join(' ', device.ToArray(z))}";
        }
    }

    /// <summary>Its products have few outputs, for which exact kernels are faster than tensor cores.</summary>
    [Test]
    public void A_small_network_is_exact_in_any_precision([Values] Precision precision)
    {
        var device = GpuDevice.Ptx();
        device.Precision = precision;
        Assert.That(
            Train(device, LikelihoodKind.Bernoulli, Activation.Relu),
            Is.EqualTo(Train(new HostDevice(1, HostLanes.F32), LikelihoodKind.Bernoulli, Activation.Relu)));
    }

    [Test]
    public void Lanes_and_threads_do_not_matter(
        [Values] HostLanes lanes, [Values(1, 2, 3)] int threads)
    {
        var first = Train(new HostDevice(1, HostLanes.F32), LikelihoodKind.Bernoulli, Activation.Relu);
        Assert.That(
            Train(new HostDevice(threads, lanes), LikelihoodKind.Bernoulli, Activation.Relu), Is.EqualTo(first));
    }
}
