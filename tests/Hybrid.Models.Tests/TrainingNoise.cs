using Hybrid.Autodiff;
using Hybrid.Devices.Host;

namespace Hybrid.Models.Tests;

/// <summary>ε of a training plan's first draw.</summary>
static class TrainingNoise
{
    /// <summary>That of step 0, [B, latent]: draws of N(0, I) from the same stream.</summary>
    public static float[] Of(HostDevice device, Vae vae, int B, int latent)
    {
        var graph = new Graph();
        var zero = graph.Input("zero", B, latent);
        var (z, _) = graph.ReparameterizeKl(zero, zero);
        var noise = Plan.Evaluating(device, graph, vae.Parameters, vae.Seed, [z]);
        device.Ops.Fill(noise.Input("zero"), 0);
        noise.Run(0);
        return device.ToArray(noise.TensorOf(z));
    }
}
