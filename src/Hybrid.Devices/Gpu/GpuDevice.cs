using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Hybrid.Devices.Gpu.Cuda;
using Hybrid.Formulas;
using Hybrid.Kernels;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

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
    readonly IMachine machine;

    GpuDevice(
        Context context, string description, Func<Accelerator, AcceleratorStream, IMachine> machine)
    {
        this.context = context;
        Description = description;
        accelerator = context.Devices[0].CreateAccelerator(context);
        stream = accelerator.CreateStream();
        this.machine = machine(accelerator, stream);
        arena = new(accelerator, stream, PtxMachine is not { } ptx ? null : segment => ptx.Memory.Map(
            (ulong)segment.LoadEffectiveAddressAsPtr(), segment.Length * sizeof(float)));
        Ops = new GpuOps(this);
    }

    /// <summary>Opens the first CUDA device of the machine.</summary>
    /// <param name="device">The device, where there is one.</param>
    /// <param name="reason">Why there is none, in one line.</param>
    /// <param name="sourceLines">Whether profilers shall find the C# lines of kernels.</param>
    public static bool TryCuda(
        [NotNullWhen(true)] out GpuDevice? device, [NotNullWhen(false)] out string? reason, bool sourceLines = false)
    {
        device = null;
        reason = CudaProbe.Driver();
        if (reason is not null) return false;
        var context = KernelContext.Cuda(sourceLines);
        try
        {
            if (context.Devices.Length == 0) reason = "ILGPU finds no CUDA device";
            else if ((reason = CudaProbe.Device((CudaDevice)context.Devices[0])) is null)
            {
                var found = context.Devices[0];
                device = new(context, $"cuda · {found.Name} · {found.MemorySize >> 30} GiB",
                    (accelerator, stream) =>
                        new CudaMachine((CudaAccelerator)accelerator, (CudaStream)stream, sourceLines));
                return true;
            }
        }
        catch (Exception error) when (error is AcceleratorException or NotSupportedException)
        {
            reason = $"the CUDA device does not open: {error.Message.ReplaceLineEndings(" ")}";
        }
        context.Dispose();
        return false;
    }

    /// <summary>The GPU's kernels on the CPU, a thread each: right to the bit, and slow.</summary>
    public static GpuDevice Simulator() => new(
        KernelContext.Simulator(), "simulator · 8 warps of 32 threads on the CPU",
        (accelerator, stream) => new SimulatorMachine(accelerator, stream));

    /// <summary>The PTX of the GPU's kernels on an interpreter: right to the bit, strict, and very slow.</summary>
    public static GpuDevice Ptx() =>
        new(KernelContext.Simulator(), "ptx · interpreted on the CPU", (_, _) => new PtxMachine());

    /// <summary>What products of layers round their factors to; exact unless set.</summary>
    public Precision Precision { get; set; }

    /// <summary>Whether <paramref name="precision"/> has its instructions here.</summary>
    public bool Has(Precision precision) =>
        precision == Precision.Fp32 || accelerator is not CudaAccelerator cuda || cuda.Architecture.Major >= 8;

    /// <summary>The interpreter that runs the kernels here; null on a GPU and on ILGPU's simulator.</summary>
    public PtxMachine? PtxMachine => machine as PtxMachine;

    public override string Description { get; }

    public override IOps Ops { get; }

    public override GpuArena Arena => arena;

    /// <summary>The stream of all launches and copies.</summary>
    public AcceleratorStream Stream => stream;

    /// <summary>Launches any rung; compiles it first if it is new here.</summary>
    /// <exception cref="DeviceFault">The driver refuses it.</exception>
    public void Launch<TArguments>(Rung<TArguments> rung, in TArguments arguments)
        where TArguments : struct => machine.Launch(rung, arguments);

    /// <inheritdoc/>
    public override StepGraph Graph(Action launches) =>
        machine is CudaMachine cuda ? cuda.Graph(launches) : base.Graph(launches);

    /// <inheritdoc/>
    public override ProfilerRange Range(ReadOnlySpan<byte> name) => machine is CudaMachine ? new(name) : default;

    public override void Upload(ReadOnlySpan<float> from, Tensor to) =>
        Copy(MemoryMarshal.Cast<float, F32>(from), to);

    public override void Upload(ReadOnlySpan<int> from, Tensor to) =>
        Copy(MemoryMarshal.Cast<int, F32>(from), to);

    void Copy(ReadOnlySpan<F32> from, Tensor to)
    {
        Check(from.Length, to);
        NotInAStep();
        var words = arena.View(to).Words;
        try
        {
            if (to.IsDense)
            {
                words.CopyFromCPU(stream, from);
                return;
            }
            for (var row = 0; row < to.Rows; row++)
                words.SubView((long)row * to.Stride, to.Cols)
                    .CopyFromCPU(stream, from.Slice(row * to.Cols, to.Cols));
        }
        catch (AcceleratorException error)
        {
            throw Fault(error);
        }
    }

    public override void Download(Tensor from, Span<float> to)
    {
        Check(to.Length, from);
        NotInAStep();
        var words = arena.View(from).Words;
        try
        {
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
        catch (AcceleratorException error)
        {
            throw Fault(error);
        }
    }

    static void Check(int length, Tensor tensor)
    {
        if (length != tensor.Length)
            throw new ArgumentException(
                $"{length} numbers for a tensor {tensor}: their count must be {tensor.Length}.");
    }

    /// <summary>A graph's launches run after all of them are known, so nothing can be copied among them.</summary>
    void NotInAStep()
    {
        if (machine is CudaMachine { IsInAStep: true })
            throw new InvalidOperationException("A step's graph launches; it neither copies nor waits.");
    }

    public override void Synchronize()
    {
        NotInAStep();
        try
        {
            stream.Synchronize();
        }
        catch (AcceleratorException error)
        {
            throw Fault(error);
        }
    }

    /// <summary>A GPU reports a kernel's fault to whoever waits next.</summary>
    DeviceFault Fault(AcceleratorException error) => new(
        $"{Description}: {error.Message.ReplaceLineEndings(" ")}; --device ptx names the kernel and the line", error);

    public override void Dispose()
    {
        try
        {
            stream.Synchronize();
            machine.Dispose();
            arena.Dispose();
            stream.Dispose();
            accelerator.Dispose();
            context.Dispose();
        }
        catch (AcceleratorException)
        {
            // After a fault the driver refuses even to free; whoever met the fault has been told. Finalizers would ask
            // it once more, on a thread where nobody catches: what is still reachable is not finalized.
            lock (Lost) Lost.Add(this);
        }
    }

    /// <summary>Devices whose driver has given up.</summary>
    static readonly List<GpuDevice> Lost = [];
}
