using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Bench;

/// <summary>Work at one size, ready to be timed, with what its shapes say.</summary>
/// <param name="Run">Once.</param>
/// <param name="Flops">Of its products, or of its pairs.</param>
/// <param name="Bytes">Of what it must keep.</param>
sealed record SizedWork(Action Run, double Flops, double Bytes);

/// <summary>One size varied in powers of two.</summary>
/// <param name="Work">What is measured.</param>
/// <param name="Against">The size that is varied.</param>
/// <param name="Largest">The largest size.</param>
/// <param name="Bind">The work at a size, on a device of its own.</param>
sealed record Sweep(string Work, string Against, int Largest, Func<Device, int, SizedWork> Bind)
{
    public string Name => $"{Work} against {Against}";
}

/// <summary>Time and memory of a VAE training step and of an aggregated posterior.</summary>
static class CostCurves
{
    const int Pixels = 784, Hidden = 256, Latent = 16, Batch = 128, Queries = 256, QueryDims = 32;
    const int PairDims = 20, PairRows = 2048;
    const string Step = "VAE step", Posterior = "aggregated posterior", Pairs = "all pairs, with marginals";

    /// <param name="quick">A quarter of every size.</param>
    public static IReadOnlyList<Sweep> All(bool quick)
    {
        var scale = quick ? 4 : 1;
        return
        [
            new(Step, "batch", 1024 / scale, (device, B) => VaeStep(device, B, Hidden, Latent)),
            new(Step, "width", 1024 / scale, (device, width) => VaeStep(device, Batch, width, Latent)),
            new(Step, "latent dimension", 256 / scale, (device, D) => VaeStep(device, Batch, Hidden, D)),
            new(Posterior, "N", 32768 / scale, Density),
            new(Pairs, "N", 8192 / scale, (device, N) => EveryPair(device, N, PairDims)),
            new(Pairs, "latent dimension", 64 / scale, (device, D) => EveryPair(device, PairRows / scale, D)),
        ];
    }

    /// <summary>The sweep's two curves: time and memory.</summary>
    public static IEnumerable<Curve> Measure(Sweep sweep, Stopping stopping)
    {
        List<CurvePoint> time = [], memory = [];
        using (var device = new HostDevice())
        {
            // Small sizes come first and call little: without this they would be timed in code of an early tier.
            var work = sweep.Bind(device, sweep.Largest >> (Curve.FewestPoints - 1));
            Timing.Of(work.Run, stopping with { WarmUpSeconds = 10 * stopping.WarmUpSeconds });
        }
        for (var i = Curve.FewestPoints - 1; i >= 0; i--)
        {
            var size = sweep.Largest >> i;
            using var device = new HostDevice();
            var work = sweep.Bind(device, size);
            time.Add(new(size, Timing.Of(work.Run, stopping).Seconds.Median, work.Flops));
            memory.Add(new(size, sizeof(float) * (double)device.Arena.Allocated, work.Bytes));
        }
        yield return Curve.Fit(sweep.Work, "time", sweep.Against, time);
        yield return Curve.Fit(sweep.Work, "memory", sweep.Against, memory);
    }

    /// <summary>Two hidden layers of one width each way; Adam keeps four numbers per parameter.</summary>
    static SizedWork VaeStep(Device device, int B, int width, int D)
    {
        var shape = new VaeShape(Pixels, [width, width], D, Activation.Relu, Likelihood.Bernoulli);
        var vae = new Vae(device, shape, seed: 1);
        var plan = vae.TrainingPlan(B);
        var optimizer = new AdamOptimizer(device, vae.Parameters);
        device.Ops.Uniforms(plan.X, new Noise(1, 0, 1));
        // Every layer's output with its adjoint, and the pixels themselves.
        long outputs = Pixels + 2 * (4 * width + 2 * D + D + Pixels);
        long weights = 2 * Pixels * width + 2 * width * width + 3 * width * D;
        return new(
            () =>
            {
                plan.Run((uint)optimizer.Steps);
                optimizer.Step(1e-4);
            },
            Bench.VaeStep.GemmFlops(shape, B), sizeof(float) * (4.0 * weights + (double)B * outputs));
    }

    /// <summary>log q(z) of 256 rows under N components: nothing of size 256·N is kept.</summary>
    static SizedWork Density(Device device, int N)
    {
        Tensor z = device.Arena.Allocate(Queries, QueryDims), y = device.Arena.Allocate(Queries, 1);
        Tensor mu = device.Arena.Allocate(N, QueryDims), logVar = device.Arena.Allocate(N, QueryDims);
        Tensor precision = device.Arena.Allocate(N, QueryDims), scale = device.Arena.Allocate(N, 1);
        device.Ops.Normals(z, new Noise(1, 0, 1));
        device.Ops.Normals(mu, new Noise(1, 0, 2));
        device.Ops.Fill(logVar, -1);
        return new(
            () =>
            {
                device.Ops.GaussianScales(logVar, precision, scale);
                device.Ops.MixtureLogDensity(z, mu, precision, scale, y);
            },
            Kernels.MixtureLogDensity.Cost(Queries, N, QueryDims).Flops,
            sizeof(float) * (3.0 * N * QueryDims + N + Queries * (QueryDims + 1)));
    }

    /// <summary>log q(z) and every log q(z_k) at N draws of N components: what a VAE's account sums.</summary>
    static SizedWork EveryPair(Device device, int N, int D)
    {
        var posterior = new AggregatedPosterior(device, N, D);
        var (values, density, marginals) = (new float[N * D], new float[N], new float[N * D]);
        for (var i = 0; i < values.Length; i++) values[i] = MathF.Sin(i);
        posterior.Set(values, new float[N * D]);
        return new(
            () => posterior.LogDensities(values, density, marginals),
            Kernels.MixtureLogDensity.Cost(N, N, D).Flops + Kernels.MixtureLogMarginals.Cost(N, N, D).Flops,
            sizeof(float) * (3.0 * N * D + N + Math.Min(N, AggregatedPosterior.LargestBatch) * (2.0 * D + 1)));
    }
}
