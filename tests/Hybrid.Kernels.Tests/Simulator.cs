using System.Runtime.InteropServices;
using Hybrid.Devices.Gpu;
using Hybrid.Formulas;
using Hybrid.Ptx;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels.Tests;

/// <summary>A device that mostly stands in for a GPU, with matrices that go to it and come back.</summary>
sealed class Simulator : IDisposable
{
    static readonly Lazy<Context> Context = new(KernelContext.Simulator);

    /// <summary>One for all fixtures: a driver compiles each rung once.</summary>
    static readonly Lazy<(GpuDevice? Device, string? Missing)> Cuda = new(
        () => GpuDevice.TryCuda(out var device, out var missing) ? (device, null) : (null, missing));

    /// <summary>Why <see cref="Machine.Cuda"/> runs nothing here; null where it does.</summary>
    public static string? CudaMissing => Cuda.Value.Missing;

    /// <summary>One for all fixtures, so that each rung is compiled once; fixtures run one after another.</summary>
    static readonly Lazy<PtxMachine> Ptx = new(() => new PtxMachine());

    readonly Machine machine;
    readonly Accelerator accelerator;
    readonly List<(Matrix Matrix, MemoryBuffer Buffer, ArrayView<F32> Words)> bound = [];

    public Simulator(Machine machine)
    {
        this.machine = machine;
        accelerator = machine switch
        {
            Machine.Cuda => Cuda.Value.Device!.Stream.Accelerator,
            Machine.OpenCl => OpenCl.CreateAccelerator(),
            _ => Context.Value.Devices[0].CreateAccelerator(Context.Value),
        };
    }

    /// <summary>A matrix on the device, as a kernel sees it; <see cref="Run"/> brings it back.</summary>
    public Rows this[Matrix matrix]
    {
        get
        {
            // From a multiple of 256 bytes on, as on a GPU: what is counted in sectors must not depend on chance.
            var buffer = accelerator.Allocate1D<F32>(matrix.Words.Length + 64);
            var beyond = machine == Machine.OpenCl
                ? 0
                : (int)(Address(buffer.View.BaseView) / sizeof(float) % 64);
            var words = buffer.View.BaseView.SubView((64 - beyond) % 64, matrix.Words.Length);
            words.CopyFromCPU(MemoryMarshal.Cast<float, F32>(matrix.Words).ToArray());
            bound.Add((matrix, buffer, words));
            var view = words.SubView(matrix.Offset, matrix.Words.Length - matrix.Offset);
            return new(view, matrix.Stride, matrix.Offset % 4 == 0 && matrix.Stride % 4 == 0 ? 1 : 0);
        }
    }

    /// <summary>Runs a kernel, copies every bound matrix back and unbinds it.</summary>
    public void Run<TArguments>(Rung<TArguments> rung, TArguments arguments) where TArguments : struct
    {
        // The matrices have gone there by a stream of their own.
        accelerator.Synchronize();
        if (machine == Machine.Ptx) RunPtx(rung, arguments);
        else if (machine == Machine.Cuda) Cuda.Value.Device!.Launch(rung, arguments);
        else accelerator.LoadStreamKernel(rung.Body, rung.Specialization)(rung.Grid(arguments), arguments);
        accelerator.Synchronize();
        foreach (var (matrix, buffer, words) in bound)
        {
            var back = new F32[matrix.Words.Length];
            words.CopyToCPU(back);
            MemoryMarshal.Cast<F32, float>(back).CopyTo(matrix.Words);
            buffer.Dispose();
        }
        bound.Clear();
    }

    void RunPtx<TArguments>(Rung<TArguments> rung, TArguments arguments) where TArguments : struct
    {
        foreach (var (matrix, _, words) in bound)
            Ptx.Value.Memory.Map(Address(words), (long)matrix.Words.Length * sizeof(float));
        try
        {
            Counters = Ptx.Value.Launch(rung, arguments);
        }
        finally
        {
            foreach (var (_, _, words) in bound) Ptx.Value.Memory.Unmap(Address(words));
        }
    }

    static ulong Address(ArrayView<F32> view) => (ulong)view.LoadEffectiveAddressAsPtr();

    /// <summary>What the last run on <see cref="Machine.Ptx"/> counted.</summary>
    public Counters? Counters { get; private set; }

    public void Dispose()
    {
        if (machine != Machine.Cuda) accelerator.Dispose();
    }
}

/// <summary>
/// A row-major matrix on the host; gaps between its rows hold NaN, which no kernel may touch.
/// </summary>
sealed class Matrix(int rows, int columns, int offset = 0, int gap = 0)
{
    public readonly int Rows = rows, Columns = columns, Offset = offset, Stride = columns + gap;

    /// <summary>It ends with the last element: what lies behind is no kernel's to read.</summary>
    public readonly float[] Words =
        Enumerable.Repeat(float.NaN, offset + (rows - 1) * (columns + gap) + columns).ToArray();

    public ref float this[int row, int column] => ref Words[Offset + row * Stride + column];

    /// <summary>An element as a lane.</summary>
    public F32 At(int row, int column) => new(this[row, column]);

    public Matrix With(Func<int, int, float> value)
    {
        for (var row = 0; row < Rows; row++)
            for (var column = 0; column < Columns; column++) this[row, column] = value(row, column);
        return this;
    }

    /// <summary>
    /// Numbers between <paramref name="from"/> and <paramref name="to"/>, the same in every run.
    /// </summary>
    public static Matrix Random(
        int rows, int columns, double from, double to, int seed = 1, int offset = 0, int gap = 0)
    {
        var random = new Random(seed);
        return new Matrix(rows, columns, offset, gap).With(
            (_, _) => (float)(from + (to - from) * random.NextDouble()));
    }

    /// <summary>The bits of every word, gaps included.</summary>
    public int[] Bits => MemoryMarshal.Cast<float, int>(Words).ToArray();
}
