using Hybrid.Devices.Gpu;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Cuda.Tests;

/// <summary>Tests over the recording driver: this project's whole CUDA side, and no GPU.</summary>
public abstract class CudaFixture
{
    [SetUp]
    public void NewDriver()
    {
        DriverLibrary.Require();
        RecordingDriver.Reset();
    }

    private protected static GpuDevice Open() =>
        GpuDevice.TryCuda(out var device, out var reason) ? device : throw new AssertionException(reason);

    private protected static VaeRunOptions Options { get; } = new()
    {
        Hidden = [7], Latent = 3, BatchSize = 8, Epochs = 2, Seed = 5, LearningRate = 0.01,
        Likelihood = LikelihoodKind.Bernoulli, Activation = Activation.Silu,
        Schedule = LearningRateSchedule.Linear,
    };

    /// <summary>Three batches of noise to train on.</summary>
    private protected static DataSplit Images()
    {
        var random = new Random(3);
        var pixels = new float[32 * 16];
        foreach (ref var pixel in pixels.AsSpan()) pixel = random.NextSingle();
        return new ImageSet("tiny", 4, 4, pixels).Split(24, 8);
    }
}
