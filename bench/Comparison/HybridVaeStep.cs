using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Bench.Comparison;

/// <summary>This project's VAE step: plan, then Adam.</summary>
sealed class HybridVaeStep : IPeerWork
{
    readonly Device device;
    readonly VaePlan plan;
    readonly AdamOptimizer optimizer;
    readonly StepGraph graph;

    public HybridVaeStep(Device device, StepCase step, PeerData data)
    {
        this.device = device;
        var shape = new VaeShape(
            StepData.Pixels, StepData.VaeHidden, StepData.Latent, Activation.Relu, Likelihood.Bernoulli);
        var vae = new Vae(device, shape, PeerData.Seed);
        HybridWeights.Upload(device, vae.Parameters, step, data);
        plan = vae.TrainingPlan(step.B);
        optimizer = new(device, vae.Parameters);
        graph = device.Graph(Launches);
        device.Upload(data[$"{StepData.Prefix(step.Model)}x"][..(step.B * StepData.Pixels)], plan.X);
    }

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

    public float[] Results()
    {
        var losses = new float[StepCase.Checked];
        for (var i = 0; i < losses.Length; i++)
        {
            Run();
            losses[i] = device.ToArray(plan.MeanNll)[0] + device.ToArray(plan.MeanKl)[0];
        }
        return losses;
    }

    public void Dispose() { }
}
