using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models.Tests;

/// <summary>A small VAE with a prior of one's choice, away from where it starts, and its gradients.</summary>
static class MovedVae
{
    /// <summary>
    /// A VAE whose parameters are all moved off their starting values; a flow's, whose layers multiply, not far.
    /// </summary>
    public static Vae Of(Device device, PriorKind kind, int D, int latent, int components)
    {
        var shape = new VaeShape(D, [6], latent, Activation.Tanh, Likelihood.Bernoulli)
        {
            Prior = new(kind, components) { Hidden = [8, 7], Rate = 1.5 },
        };
        var vae = new Vae(device, shape, seed: 3);
        var random = new Random(7);
        var distance = kind == PriorKind.Flow ? 0.3 : 0.8;
        foreach (var spec in vae.Parameters.Specs)
        {
            var tensor = vae.Parameters.Value(spec.Name);
            var values = device.ToArray(tensor);
            for (var i = 0; i < values.Length; i++) values[i] += (float)(distance * (2 * random.NextDouble() - 1));
            device.Upload(values, tensor);
        }
        return vae;
    }

    /// <summary>Fills x with numbers between 0 and 1.</summary>
    public static void Fill(Vae vae, VaePlan plan) => vae.Device.Upload(
        [.. Enumerable.Range(0, plan.B * vae.Shape.DataDim).Select(i => i * 29 % 31 / 31f)], plan.X);

    /// <summary>The gradient of each parameter that a run of step 0 writes is that of the objective.</summary>
    /// <param name="vae">Whose parameters.</param>
    /// <param name="plan">Runs, and writes the gradient.</param>
    /// <param name="objective">Reads the objective after a run.</param>
    public static void MustBeDifferences(Vae vae, VaePlan plan, Func<double> objective)
    {
        Fill(vae, plan);
        Differences.MustBe(vae.Device, vae.Parameters, () =>
        {
            plan.Run(0);
            return objective();
        });
    }
}
