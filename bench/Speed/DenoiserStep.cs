using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Kernels;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Bench;

/// <summary>How fast a denoiser of pictures trains.</summary>
/// <param name="Model">Which network, and its shape.</param>
/// <param name="B">Pictures of a batch.</param>
/// <param name="Device">What ran it.</param>
/// <param name="StepsPerSecond">A step is noise, forward, backward and Adam.</param>
/// <param name="Launches">Of a step.</param>
/// <param name="Flops">Of a step, functions not counted.</param>
/// <param name="GFlops">These over the step's median time.</param>
/// <param name="FmaFraction">And as a fraction of the machine's FMA rate.</param>
/// <param name="TemporaryBytes">Memory of values that live only within a step.</param>
/// <param name="BytesPerStep">Managed memory that a step allocates: must be 0.</param>
public sealed record DenoiserStepResult(
    string Model, int B, string Device, Spread StepsPerSecond, int Launches, long Flops, double GFlops,
    double FmaFraction, long TemporaryBytes, double BytesPerStep)
{
    public bool Right => BytesPerStep == 0;
}

/// <summary>Training steps of the denoisers of digits that chapters 25 and 26 train.</summary>
static class DenoiserStep
{
    const int StepsToWeigh = 5;

    const ulong Seed = 1;

    /// <summary>What the filter matches.</summary>
    public const string UNetName = "UNetStep", TransformerName = "DiTStep";

    /// <summary>The U-Net of chapter 25.</summary>
    public static readonly UNetShape UNet = new(28, 28, 24, [1, 2, 2], Octaves: 7);

    /// <summary>The transformer of chapter 26.</summary>
    public static readonly TransformerShape Transformer = new(28, 28, Width: 64);

    public static DenoiserStepResult OfUNet(UNetShape shape, int B, Roofline roofline, Stopping stopping)
    {
        using var device = new HostDevice();
        var model = $"U-Net, {shape.Channels}·({string.Join(", ", shape.Multipliers)})";
        return Of(new UNetDenoiser(device, shape, Seed), model, B, roofline, stopping);
    }

    public static DenoiserStepResult OfTransformer(
        TransformerShape shape, int B, Roofline roofline, Stopping stopping)
    {
        using var device = new HostDevice();
        var model = $"DiT, {shape.Blocks}·{shape.Tokens}×{shape.Width}";
        return Of(new DiffusionTransformer(device, shape, Seed), model, B, roofline, stopping);
    }

    static DenoiserStepResult Of(Denoiser denoiser, string model, int B, Roofline roofline, Stopping stopping)
    {
        var device = denoiser.Device;
        var plan = denoiser.TrainingPlan(B);
        var optimizer = new AdamOptimizer(device, denoiser.Parameters);
        device.Ops.Uniforms(plan.X, new Noise(Seed, 0, 0));
        void Next()
        {
            plan.Run((uint)optimizer.Steps);
            optimizer.Step(1e-4);
            device.Synchronize();
        }

        var seconds = Timing.Of(Next, stopping).Seconds;
        var flops = plan.Plan.Launches.Sum(launch => LaunchCost.Of(launch).Flops)
            + AdamUpdate.Cost(denoiser.Parameters.Values.Length).Flops;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < StepsToWeigh; i++) Next();
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)StepsToWeigh;
        var rate = flops / seconds.Median / 1e9;
        return new(model, B, device.Description, seconds.Rate(1), plan.Plan.Launches.Count + 1, flops, rate,
            rate / roofline.Fma, sizeof(float) * plan.Plan.TemporaryWords, bytes);
    }
}
