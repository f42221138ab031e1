using System.Runtime.InteropServices;
using Hybrid.Devices;
using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Training;

namespace Hybrid.Bench.Comparison;

/// <summary>This project, as its users run it.</summary>
public sealed class HybridLibrary : IPeerLibrary
{
    readonly Device device;
    readonly int threads;

    public HybridLibrary(PeerJob job)
    {
        threads = job.Threads;
        device = Open(job.Device, threads);
        if (job.Implementation == PeerImplementation.OursTf32 && device is GpuDevice gpu)
            gpu.Precision = Precision.Tf32;
    }

    /// <summary>The device of a name.</summary>
    /// <exception cref="UserError">There is none here.</exception>
    public static Device Open(string name, int threads)
    {
        if (name == PeerOptions.Host) return new HostDevice(threads);
        return GpuDevice.TryCuda(out var gpu, out var reason)
            ? gpu
            : throw new UserError($"--device {name}", reason, $"use --device {PeerOptions.Host}");
    }

    public string About => $"Hybrid · {device.Description} · {RuntimeInformation.FrameworkDescription}";

    public IPeerWork Open(PeerCase work, PeerData data) => work switch
    {
        GemmCase gemm => Gemm(gemm, data),
        ElementCase element => HybridElements.Open(device, element, data),
        ConvCase conv => Conv(conv, data),
        PairsCase pairs => new HybridPairs(device, pairs, data),
        StepCase { Model: StepModel.Vae } step => new HybridVaeStep(device, step, data),
        StepCase { Model: StepModel.Diffusion } step => new HybridDenoiserStep(device, step, data),
        StepCase step => new HybridCriticStep(device, step, data),
        _ => throw new NotSupportedException($"Hybrid does no {work.Name}"),
    };

    HybridWork Gemm(GemmCase gemm, PeerData data)
    {
        var (M, N, K) = (gemm.M, gemm.N, gemm.K);
        ReadOnlySpan<float> left = data.A((long)M * K), right = data.B((long)K * N);
        var a = gemm.Op == GemmOp.TN ? device.From(left, K, M) : device.From(left, M, K);
        var b = gemm.Op == GemmOp.NT ? device.From(right, N, K) : device.From(right, K, N);
        Tensor c = device.Arena.Allocate(M, N), bias = device.Arena.Allocate(N, 1);
        return new(device, gemm.Op switch
        {
            GemmOp.NN => () => device.Ops.Affine(a, b, bias, Activation.Identity, c),
            GemmOp.NT => () => device.Ops.AffineGradInput(a, b, c),
            _ => () => device.Ops.AffineGradWeight(a, b, c),
        }, c);
    }

    HybridWork Conv(ConvCase conv, PeerData data)
    {
        var shape = new Conv2dShape(conv.B, conv.Size, conv.Size, conv.Inputs, conv.Outputs);
        var (xs, ws, ys) = ConvReference.Sizes(conv);
        var x = device.From(data.A(xs), shape.Pixels, shape.Ci);
        var w = device.From(data.B(ws), shape.WeightRows, shape.Co);
        var dy = device.From(data.B(ys), shape.Pixels, shape.Co);
        Tensor bias = device.Arena.Allocate(shape.Co, 1), y = device.Arena.Allocate(shape.Pixels, shape.Co);
        Tensor dx = device.Arena.Allocate(shape.Pixels, shape.Ci);
        var dw = device.Arena.Allocate(shape.WeightRows, shape.Co);
        return new(device, () =>
        {
            device.Ops.Conv2d(x, w, bias, shape, Activation.Identity, y);
            device.Ops.Conv2dGradInput(dy, w, shape, dx);
            device.Ops.Conv2dGradWeight(x, dy, shape, dw);
        }, y, dx, dw);
    }

    public void Dispose() => device.Dispose();
}

/// <summary>Operations of a device, and the tensors they leave their results in.</summary>
sealed class HybridWork(Device device, Action run, params Tensor[] outputs) : IPeerWork
{
    public void Run() => run();

    public void Synchronize() => device.Synchronize();

    public float[] Results()
    {
        Run();
        return [.. outputs.SelectMany(device.ToArray)];
    }

    public void Dispose() { }
}
