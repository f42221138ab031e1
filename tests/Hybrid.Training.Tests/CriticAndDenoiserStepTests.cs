using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Training.Tests;

/// <summary>
/// Training steps of critics and denoisers: the same bits everywhere, and nothing allocated.
/// </summary>
[TestFixture]
public sealed class CriticAndDenoiserStepTests
{
    static readonly string[] Names = ["separable", "concat", "denoiser"];

    /// <summary>A model at work: one batch, then steps upon it.</summary>
    sealed class Work
    {
        readonly AdamOptimizer optimizer;
        readonly Plan plan;

        /// <remarks>
        /// Wide enough that operations are shared among the threads, and no multiple of a lane.
        /// </remarks>
        public Work(Device device, string name, int rows = 140, int width = 70)
        {
            if (name == "denoiser")
            {
                var denoiser = new MlpDenoiser(device, new(3, width, Layers: 2, Features: 18), seed: 1);
                (plan, Parameters) = (denoiser.TrainingPlan(rows).Plan, denoiser.Parameters);
            }
            else
            {
                var kind = name == "concat" ? CriticKind.Concat : CriticKind.Separable;
                var critic = new Critic(device, new(kind, 5, 4, [70, 50], 33, Activation.Relu), seed: 1);
                (plan, Parameters) = (critic.TrainingPlan(37).Plan, critic.Parameters);
                device.Ops.Normals(plan.Input("y"), new Noise(3, 1, Streams.Data));
            }
            device.Ops.Normals(plan.Input("x"), new Noise(3, 0, Streams.Data));
            optimizer = new(device, Parameters);
        }

        public Parameters Parameters { get; }

        public IEnumerable<string> Launches => plan.Describe();

        public void Take(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                plan.Run((uint)optimizer.Steps);
                optimizer.Step(1e-3);
            }
        }
    }

    static string HashOf(string name, int threads, HostLanes lanes)
    {
        using var device = new HostDevice(threads, lanes);
        var work = new Work(device, name);
        work.Take(20);
        return ParametersHash.Of(device, work.Parameters);
    }

    [Test]
    public void Every_lane_and_number_of_threads_trains_the_same_bits(
        [ValueSource(nameof(Names))] string name)
    {
        var hash = HashOf(name, 1, HostLanes.F32);
        foreach (var lanes in (HostLanes[])[HostLanes.F32, HostLanes.F32x4, HostLanes.F32x8, HostLanes.F32x16])
            foreach (var threads in (int[])[1, 2, 3])
                Assert.That(HashOf(name, threads, lanes), Is.EqualTo(hash), $"{lanes}, {threads} threads");
    }

    /// <summary>Noise stored or made again, on the host or as PTX: other launches, the same bits.</summary>
    [Test]
    public void A_denoiser_trains_the_same_bits_however_its_noise_comes_to_the_loss()
    {
        var expected = Denoise(new HostDevice(1), remakes: false);
        Assert.That(Denoise(new HostDevice(1), remakes: true), Is.EqualTo(expected), "host, made again");
        Assert.That(Denoise(GpuDevice.Simulator(), remakes: true), Is.EqualTo(expected), "simulator, made again");
        Assert.That(Denoise(GpuDevice.Ptx(), remakes: true), Is.EqualTo(expected), "ptx, made again");
        Assert.That(Denoise(GpuDevice.Ptx(), remakes: false), Is.EqualTo(expected), "ptx, stored");
    }

    static string Denoise(Device device, bool remakes)
    {
        using (device)
        {
            device.RemakesNoise = remakes;
            var work = new Work(device, "denoiser", rows: 5, width: 7);
            work.Take(2);
            Assert.That(work.Launches, Has.One.StartsWith(
                remakes ? "NoisePredictionRowsWithGrad" : "SquaredErrorRowsWithGrad"));
            return ParametersHash.Of(device, work.Parameters);
        }
    }

    [Test]
    public void A_step_allocates_nothing(
        [ValueSource(nameof(Names))] string name, [Values(1, 2, 3)] int threads)
    {
        using var device = new HostDevice(threads);
        var work = new Work(device, name);
        work.Take(5);
        var bytes = AllocationTests.AllocatedBy(device, () => work.Take(25));
        Assert.That(bytes, Has.Length.EqualTo(threads).And.All.Zero);
    }
}
