using Hybrid.Devices;
using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests.Hierarchy;

/// <summary>A hierarchy's run, its account, −log p(x) and draws: the same bits from the GPU's kernels.</summary>
[TestFixture]
public sealed class HierarchySameBitsTests
{
    /// <summary>Eight images of four pixels to train on and two to test on: an interpreter is slow.</summary>
    static readonly DataSplit Images =
        new ImageSet("tiny", 2, 2, [.. Enumerable.Range(0, 40).Select(i => i * 29 % 31 / 31f)]).Split(8, 2);

    static string Train(Device device, Inference inference)
    {
        using (device)
        {
            var vae = new VaeRunOptions
            {
                Hidden = [5], BatchSize = 4, Epochs = 1, Seed = 5, LearningRate = 0.01, Remedy = "anneal:2",
            };
            var options = new HierarchyRunOptions(vae)
            {
                Latents = [3, 2], Between = [4], Inference = inference,
            };
            var trainer = new HierarchyTrainer(device, options.Validated(), Images);
            trainer.Run(_ => { }, CancellationToken.None);
            var test = trainer.History[0].Test;
            return $"{ParametersHash.Of(device, trainer.Vae.Parameters)} {test.Reconstruction:R} "
                + $"{string.Join(' ', test.Levels)} {trainer.Evaluation.Nll(3).Nll:R} "
                + string.Join(' ', trainer.Vae.Sample(2, 1));
        }
    }

    [Test]
    public void Simulator_and_PTX_equal_host([Values] Inference inference)
    {
        var host = Train(new HostDevice(2, HostLanes.Auto), inference);
        Assert.That(Train(new HostDevice(1, HostLanes.F32), inference), Is.EqualTo(host), "one float a lane");
        Assert.That(Train(GpuDevice.Simulator(), inference), Is.EqualTo(host), "simulator");
        Assert.That(Train(GpuDevice.Ptx(), inference), Is.EqualTo(host), "ptx");
    }
}
