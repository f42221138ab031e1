using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models.Tests.Hierarchy;

/// <summary>A small hierarchy, away from where it starts, and rows for it.</summary>
static class SmallHierarchy
{
    public const int B = 9, D = 7;

    public static HierarchyShape Shape(Inference inference, params int[] latents) => new(
        D, [6], latents, [5], Activation.Tanh, Likelihood.Bernoulli, inference);

    public static HierarchicalVae Moved(Device device, HierarchyShape shape)
    {
        var vae = new HierarchicalVae(device, shape, seed: 3);
        var random = new Random(7);
        foreach (var spec in vae.Parameters.Specs)
        {
            var tensor = vae.Parameters.Value(spec.Name);
            var values = device.ToArray(tensor);
            for (var i = 0; i < values.Length; i++) values[i] += (float)(0.4 * (2 * random.NextDouble() - 1));
            device.Upload(values, tensor);
        }
        return vae;
    }

    public static float[] Rows { get; } = [.. Enumerable.Range(0, B * D).Select(i => i * 29 % 31 / 31f)];

    public static HierarchyPlan Evaluated(HierarchicalVae vae, uint step)
    {
        var plan = vae.EvaluationPlan(B);
        vae.Device.Upload(Rows, plan.X);
        plan.Run(step);
        return plan;
    }
}
