using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Hybrid.Formulas;
using Hybrid.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Devices.Gpu;

/// <summary>An NVIDIA GPU through ILGPU, or for tiny shapes what stands in for one.</summary>
/// <remarks>
/// Everything is launched into one stream, in order, and only <see cref="Synchronize"/> and
/// <see cref="Download"/> wait. A kernel is compiled when it is first launched and kept; a launch allocates
/// nothing. One caller at a time.
/// </remarks>
public sealed class GpuDevice : Device
{
    readonly Context context;
    readonly Accelerator accelerator;
    readonly AcceleratorStream stream;
    readonly GpuArena arena;
    readonly Dictionary<Rung, Delegate> launchers = [];

    GpuDevice(Context context, string description, PtxMachine? ptx = null)
    {
        (this.context, PtxMachine) = (context, ptx);
        accelerator = context.Devices[0].CreateAccelerator(context);
        stream = accelerator.CreateStream();
        arena = new(accelerator, stream, ptx is null ? null : segment => ptx.Memory.Map(
            (ulong)segment.LoadEffectiveAddressAsPtr(), segment.Length * sizeof(float)));
        Ops = new GpuOps(this);
        Description = description;
    }

    /// <summary>Opens the first CUDA device of the machine.</summary>
    /// <param name="device">The device, where there is one.</param>
    /// <param name="reason">Why there is none, in one line.</param>
    public static bool TryCuda(
        [NotNullWhen(true)] out GpuDevice? device, [NotNullWhen(false)] out string? reason)
    {
        (device, reason) = (null, null);
        if (!CudaDriver.IsInstalled)
        {
            reason = "no CUDA driver (libcuda.so.1) here";
            return false;
        }
        var context = KernelContext.Cuda();
        if (context.Devices.Length == 0)
        {
            context.Dispose();
            reason = "the CUDA driver finds no device (see nvidia-smi)";
            return false;
        }
        try
        {
            var found = context.Devices[0];
            device = new(context, $"cuda · {found.Name} · {found.MemorySize >> 30} GiB");
            return true;
        }
        catch (Exception error) when (error is AcceleratorException or NotSupportedException)
        {
            context.Dispose();
            reason = $"the CUDA device does not open: {error.Message.ReplaceLineEndings(" ")}";
            return false;
        }
    }

    /// <summary>The GPU's kernels on the CPU, a thread each: right to the bit, and slow.</summary>
    public static GpuDevice Simulator() =>
        new(KernelContext.Simulator(), "simulator · 8 warps of 32 threads on the CPU");

    /// <summary>The PTX of the GPU's kernels on an interpreter: right to the bit, strict, and very slow.</summary>
    public static GpuDevice Ptx() => new(KernelContext.Simulator(), "ptx · interpreted on the CPU", new());

    /// <summary>What products of layers round their factors to; exact unless set.</summary>
    public Precision Precision { get; set; }

    /// <summary>The interpreter that runs the kernels here; null on a GPU and on ILGPU's simulator.</summary>
    public PtxMachine? PtxMachine { get; }

    public override string Description { get; }

    public override IOps Ops { get; }

    public override GpuArena Arena => arena;

    /// <summary>ILGPU's side of the device, for markers and graphs.</summary>
    public Accelerator Accelerator => accelerator;

    /// <summary>The stream of all launches and copies.</summary>
    public AcceleratorStream Stream => stream;

    /// <summary>Launches any rung; compiles it first if it is new here.</summary>
    public void Launch<TArguments>(Rung<TArguments> rung, in TArguments arguments)
        where TArguments : struct
    {
        if (PtxMachine is { } machine) machine.Launch(rung, arguments);
        else Launcher(rung)(stream, rung.Grid(arguments), arguments);
    }

    /// <summary>Compiles a rung, so that its first launch takes no longer than others.</summary>
    public Action<AcceleratorStream, KernelConfig, TArguments> Launcher<TArguments>(Rung<TArguments> rung)
        where TArguments : struct
    {
        if (!launchers.TryGetValue(rung, out var launcher))
            launchers.Add(rung, launcher = accelerator.LoadKernel(rung.Body, rung.Specialization));
        return (Action<AcceleratorStream, KernelConfig, TArguments>)launcher;
    }

    public override void Upload(ReadOnlySpan<float> from, Tensor to) =>
        Copy(MemoryMarshal.Cast<float, F32>(from), to);

    public override void Upload(ReadOnlySpan<int> from, Tensor to) =>
        Copy(MemoryMarshal.Cast<int, F32>(from), to);

    void Copy(ReadOnlySpan<F32> from, Tensor to)
    {
        Check(from.Length, to);
        var words = arena.View(to).Words;
        if (to.IsDense)
        {
            words.CopyFromCPU(stream, from);
            return;
        }
        for (var row = 0; row < to.Rows; row++)
            words.SubView((long)row * to.Stride, to.Cols)
                .CopyFromCPU(stream, from.Slice(row * to.Cols, to.Cols));
    }

    public override void Download(Tensor from, Span<float> to)
    {
        Check(to.Length, from);
        var words = arena.View(from).Words;
        if (from.IsDense)
        {
            words.CopyToCPU(stream, MemoryMarshal.Cast<float, F32>(to));
            return;
        }
        // One copy with the gaps takes less time than one per row.
        var all = new F32[words.Length];
        words.CopyToCPU(stream, all);
        for (var row = 0; row < from.Rows; row++)
            MemoryMarshal.Cast<F32, float>(all.AsSpan(row * from.Stride, from.Cols))
                .CopyTo(to.Slice(row * from.Cols, from.Cols));
    }

    static void Check(int length, Tensor tensor)
    {
        if (length != tensor.Length)
            throw new ArgumentException(
                $"{length} numbers for a tensor {tensor}: their count must be {tensor.Length}.");
    }

    public override void Synchronize() => stream.Synchronize();

    public override void Dispose()
    {
        stream.Synchronize();
        PtxMachine?.Dispose();
        arena.Dispose();
        stream.Dispose();
        accelerator.Dispose();
        context.Dispose();
    }
}
