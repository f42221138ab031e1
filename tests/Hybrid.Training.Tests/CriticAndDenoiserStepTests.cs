using Hybrid.Autodiff;
using Hybrid.Devices;
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

        public Work(HostDevice device, string name)
        {
            // Wide enough that operations are shared among the threads, and no multiple of a lane.
            if (name == "denoiser")
            {
                var denoiser = new Denoiser(device, new(3, Width: 70, Layers: 2, Features: 18), seed: 1);
                (plan, Parameters) = (denoiser.TrainingPlan(140).Plan, denoiser.Parameters);
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
