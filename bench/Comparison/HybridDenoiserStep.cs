using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Bench.Comparison;

/// <summary>This project's denoiser step: times and noise, plan, Adam.</summary>
sealed class HybridDenoiserStep : IPeerWork
{
    readonly Device device;
    readonly StepCase step;
    readonly PeerData data;
    readonly Denoiser denoiser;
    readonly DenoiserPlan plan;
    readonly AdamOptimizer optimizer;
    readonly StepGraph graph;

    public HybridDenoiserStep(Device device, StepCase step, PeerData data)
    {
        (this.device, this.step, this.data) = (device, step, data);
        denoiser = new MlpDenoiser(device,
            new(StepData.Plane, StepData.Width, StepData.Depth, StepData.Embedding), PeerData.Seed);
        HybridWeights.Upload(device, denoiser.Parameters, step, data);
        plan = denoiser.TrainingPlan(step.B);
        optimizer = new(device, denoiser.Parameters);
        graph = device.Graph(Launches);
        device.Upload(X, plan.X);
    }

    ReadOnlySpan<float> X => data[$"{StepData.Prefix(step.Model)}x"][..(step.B * StepData.Plane)];

    public void Run()
    {
        graph.Run();
        device.Synchronize();
    }

    void Launches()
    {
        plan.Run((uint)optimizer.Steps);
        optimizer.Step(StepCase.LearningRate);
    }

    public void Synchronize() => device.Synchronize();

    /// <summary>With the times and the noise of the file instead of its own.</summary>
    public float[] Results()
    {
        var given = denoiser.GivenNoisePlan(step.B);
        device.Upload(X, given.X);
        ReadOnlySpan<float> t = data[StepData.Noise(step, "t")], eps = data[StepData.Noise(step, "eps")];
        var losses = new float[StepCase.Checked];
        for (var i = 0; i < losses.Length; i++)
        {
            device.Upload(t.Slice(i * step.B, step.B), given.T);
            device.Upload(eps.Slice(i * step.B * StepData.Plane, step.B * StepData.Plane), given.Eps);
            given.Run((uint)i);
            optimizer.Step(StepCase.LearningRate);
            losses[i] = device.ToArray(given.MeanLoss)[0];
        }
        return losses;
    }

    public void Dispose() { }
}
