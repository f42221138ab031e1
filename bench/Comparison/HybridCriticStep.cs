using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Bench.Comparison;

/// <summary>This project's InfoNCE step: plan, then Adam.</summary>
sealed class HybridCriticStep : IPeerWork
{
    readonly Device device;
    readonly CriticPlan plan;
    readonly AdamOptimizer optimizer;
    readonly StepGraph graph;

    public HybridCriticStep(Device device, StepCase step, PeerData data)
    {
        const int dims = StepData.Dims;
        this.device = device;
        var concat = step.Model == StepModel.InfoNceConcat;
        var critic = new Critic(
            device, concat ? CriticShape.Concat(dims, dims) : CriticShape.Separable(dims, dims), PeerData.Seed);
        if (concat) UploadConcat(critic.Parameters, step, data);
        else HybridWeights.Upload(device, critic.Parameters, step, data);
        plan = critic.TrainingPlan(step.B);
        optimizer = new(device, critic.Parameters);
        graph = device.Graph(Launches);
        var prefix = StepData.Prefix(step.Model);
        device.Upload(data[$"{prefix}x"][..(step.B * dims)], plan.X);
        device.Upload(data[$"{prefix}y"][..(step.B * dims)], plan.Y);
    }

    /// <summary>The first layer's weights of x and of y are parameters of their own here.</summary>
    void UploadConcat(Autodiff.Parameters parameters, StepCase step, PeerData data)
    {
        var critic = $"{StepData.Prefix(step.Model)}w/critic";
        var first = data[$"{critic}/0/w"];
        var half = first.Length / 2;
        device.Upload(first[..half], parameters.Value("first/wx"));
        device.Upload(first[half..], parameters.Value("first/wy"));
        device.Upload(data[$"{critic}/0/b"], parameters.Value("first/b"));
        for (var i = 0; i < 2; i++)
            foreach (var kind in (string[])["w", "b"])
                device.Upload(data[$"{critic}/{i + 1}/{kind}"], parameters.Value($"rest/{i}/{kind}"));
    }

    public void Run()
    {
        graph.Run();
        device.Synchronize();
    }

    void Launches()
    {
        plan.Run();
        optimizer.Step(StepCase.LearningRate);
    }

    public void Synchronize() => device.Synchronize();

    public float[] Results()
    {
        var losses = new float[StepCase.Checked];
        for (var i = 0; i < losses.Length; i++)
        {
            Run();
            losses[i] = device.ToArray(plan.MeanNll)[0];
        }
        return losses;
    }

    public void Dispose() { }
}
