using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Cuda.Tests;

/// <summary>A diffusion's training step on a GPU: the host's bits, and one launch.</summary>
[TestFixture]
public sealed class DiffusionStepTests : CudaFixture
{
    static DiffusionTrainer Trainer(Device device, string target) => target switch
    {
        Dit => new(device, new()
        {
            Network = DiffusionNetwork.Dit, Width = 8, Layers = 1, Heads = 2, Patch = 2, Features = 4, BatchSize = 4,
            Epochs = 2,
        }, Pictures()),
        Unet => new(device, new()
        {
            Network = DiffusionNetwork.Unet, Channels = 8, Multipliers = "1,2", Features = 4, BatchSize = 4,
            Epochs = 2,
        }, Pictures()),
        _ => new(device, new()
        {
            Width = 9, Layers = 1, Features = 4, BatchSize = 16, Epochs = 2, Target = target,
        }, Densities.Moons(48, seed: 3)),
    };

    /// <summary>Networks of pictures that answer with v.</summary>
    const string Dit = "dit", Unet = "unet";

    static Points Pictures()
    {
        float[] levels = [.. Enumerable.Range(0, 12 * 16).Select(i => (float)(i * 37 % 256))];
        return new("greys", levels, 16) { Picture = (4, 4) };
    }

    static string Train(Device device, string target)
    {
        using (device)
        {
            var trainer = Trainer(device, target);
            trainer.Run(_ => { }, CancellationToken.None);
            return ParametersHash.Of(device, trainer.Denoiser.Parameters)
                + $" {ParametersHash.Of(device, trainer.Average.Parameters)} {trainer.History[^1].TrainError:R}";
        }
    }

    [TestCase("eps")]
    [TestCase("v")]
    [TestCase(Dit)]
    [TestCase(Unet)]
    public void A_run_gives_the_hosts_bits(string target) =>
        Assert.That(Train(Open(), target), Is.EqualTo(Train(new HostDevice(threads: 1), target)));

    [TestCase("eps")]
    [TestCase("v")]
    [TestCase(Dit)]
    [TestCase(Unet)]
    public void A_step_after_the_first_is_one_launch(string target)
    {
        using var device = Open();
        var trainer = Trainer(device, target);
        trainer.StartEpoch();
        trainer.Step();
        RecordingDriver.Calls.Clear();
        trainer.Step();
        var names = RecordingDriver.Calls.Select(call => call.Name).ToArray();
        Assert.That(names, Has.Exactly(1).EqualTo("cuGraphLaunch"));
        Assert.That(names.Distinct(), Is.EquivalentTo(new[] { "cuGraphExecKernelNodeSetParams", "cuGraphLaunch" }));
    }
}
