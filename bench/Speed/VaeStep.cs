using Hybrid.Devices;
using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Bench;

/// <summary>How fast a VAE trains.</summary>
/// <param name="Model">Widths from pixels to latent.</param>
/// <param name="B">Rows of a batch.</param>
/// <param name="Device">What ran it.</param>
/// <param name="StepsPerSecond">A step is batch, forward, backward and Adam.</param>
/// <param name="GemmFlops">Flops of the step's matrix products.</param>
/// <param name="GemmGFlops">These over the whole step's median time.</param>
/// <param name="FmaFraction">And as a fraction of the machine's FMA rate.</param>
/// <param name="BytesPerStep">Managed memory that a step allocates: must be 0.</param>
public sealed record VaeStepResult(
    string Model, int B, string Device, Spread StepsPerSecond, long GemmFlops, double GemmGFlops,
    double FmaFraction, double BytesPerStep)
{
    public bool Right => BytesPerStep == 0;

    /// <summary>On a GPU, how its kernels are launched.</summary>
    public string? Launches { get; init; }
}

/// <summary>The 784-400-200-20 Bernoulli VAE on sprites, step by step.</summary>
sealed class VaeStep
{
    const int Images = 2048, StepsToWeigh = 20;

    /// <summary>Sizes of a batch.</summary>
    public static readonly int[] Batches = [128, 512];

    const ulong Seed = 1;

    /// <summary>What the filter matches.</summary>
    public const string Name = nameof(VaeStep);

    static readonly VaeShape Shape = new(784, [400, 200], 20, Activation.Relu, Likelihood.Bernoulli);

    readonly Device device;
    readonly DeviceImages images;
    readonly VaePlan plan;
    readonly AdamOptimizer optimizer;
    readonly StepGraph graph;
    int at;

    VaeStep(Device device, VaeShape shape, int B)
    {
        this.device = device;
        images = new(device, Sprites.Load(Images, test: 1).Train);
        var vae = new Vae(device, shape, Seed);
        plan = vae.TrainingPlan(B);
        optimizer = new(device, vae.Parameters);
        var rows = new int[Images];
        Shuffle.Epoch(Seed, 0, rows);
        images.Order(rows);
        graph = device.Graph(Launches);
    }

    public static VaeStepResult OnHost(int B, Roofline roofline, Stopping stopping)
    {
        using var device = new HostDevice();
        var step = new VaeStep(device, Shape, B);
        return step.Result(Shape, step.Next, Timing.Of(step.Next, stopping), roofline);
    }

    /// <summary>Timed by markers, as many steps in a row as a training run has: none waits for the one before.</summary>
    /// <param name="open">Opens the GPU.</param>
    /// <param name="B">Rows of a batch.</param>
    /// <param name="asGraph">Whether a step's kernels are one launch.</param>
    /// <param name="roofline">The GPU's.</param>
    /// <param name="stopping">When to stop.</param>
    /// <param name="shape">Of the VAE; the usual one where null.</param>
    public static VaeStepResult OnGpu(
        Func<GpuDevice> open, int B, bool asGraph, Roofline roofline, Stopping stopping, VaeShape? shape = null)
    {
        using var gpu = open();
        var step = new VaeStep(gpu, shape ?? Shape, B);
        Action next = asGraph ? step.NextGraph : step.NextLaunches;
        return step.Result(shape ?? Shape, next, GpuTiming.Of(gpu, next, stopping), roofline) with
        {
            Launches = asGraph ? "one graph" : "one by one",
        };
    }

    VaeStepResult Result(VaeShape shape, Action next, Timing timing, Roofline roofline)
    {
        var flops = GemmFlops(shape, plan.B);
        var rate = flops / timing.Seconds.Median / 1e9;
        return new($"{string.Join('-', [shape.DataDim, .. shape.Hidden])}-z{shape.Latent} Bernoulli", plan.B,
            device.Description, timing.Seconds.Rate(1), flops, rate, rate / roofline.Fma, BytesPerStep(next));
    }

    void Next()
    {
        NextLaunches();
        device.Synchronize();
    }

    void NextLaunches()
    {
        Launches();
        Advance();
    }

    void NextGraph()
    {
        graph.Run();
        Advance();
    }

    void Advance() => at = at + 2 * plan.B > Images ? 0 : at + plan.B;

    void Launches()
    {
        var number = (uint)optimizer.Steps;
        images.Batch(at, plan.X, binarize: true, new(Seed, number, Streams.Binarize));
        plan.Run(number);
        optimizer.Step(1e-3);
    }

    double BytesPerStep(Action next)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < StepsToWeigh; i++) next();
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)StepsToWeigh;
    }

    /// <summary>2·B·K·N per layer forward, towards its weights and, after the first, its input.</summary>
    internal static long GemmFlops(int B) => GemmFlops(Shape, B);

    /// <inheritdoc cref="GemmFlops(int)"/>
    internal static long GemmFlops(VaeShape shape, int B)
    {
        int[] encoder = [shape.DataDim, .. shape.Hidden, 2 * shape.Latent];
        int[] decoder = [shape.Latent, .. shape.Hidden.Reverse(), shape.DataDim];
        return 2L * B * (3 * Weights(encoder) + 3 * Weights(decoder) - (long)encoder[0] * encoder[1]);

        static long Weights(int[] widths) => widths.Zip(widths.Skip(1), (k, n) => (long)k * n).Sum();
    }
}
