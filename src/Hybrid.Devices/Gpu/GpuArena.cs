using Hybrid.Formulas;
using Hybrid.Kernels;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Hybrid.Devices.Gpu;

/// <summary>A GPU's memory: one buffer per segment.</summary>
public sealed class GpuArena : Arena
{
    readonly Accelerator accelerator;
    readonly AcceleratorStream stream;
    /// <summary>Where CUDA's allocations start; the simulator's start anywhere.</summary>
    const int AlignmentWords = 64;

    readonly Action<ArrayView<F32>>? added;
    readonly List<MemoryBuffer> buffers = [];
    readonly List<ArrayView<F32>> segments = [];

    /// <param name="accelerator">The device.</param>
    /// <param name="stream">Its stream.</param>
    /// <param name="added">Hears of every new segment.</param>
    internal GpuArena(
        Accelerator accelerator, AcceleratorStream stream, Action<ArrayView<F32>>? added = null) =>
        (this.accelerator, this.stream, this.added) = (accelerator, stream, added);

    /// <summary>A tensor as kernels see it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The tensor belongs to another arena, or spans 2³¹ words or more: kernels index with 32 bits.
    /// </exception>
    public Rows View(Tensor tensor)
    {
        var span = (tensor.Rows - 1L) * tensor.Stride + tensor.Cols;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(span, int.MaxValue, nameof(tensor));
        var view = segments[tensor.Segment].SubView(tensor.Offset, span);
        return new(view, tensor.Stride, tensor.Offset % 4 == 0 && tensor.Stride % 4 == 0 ? 1 : 0);
    }

    protected override void AddSegment(long words)
    {
        MemoryBuffer1D<F32, Stride1D.Dense> segment;
        try
        {
            segment = accelerator.Allocate1D<F32>(words + AlignmentWords);
        }
        catch (AcceleratorException error)
        {
            var free = accelerator is CudaAccelerator cuda ? cuda.GetFreeMemory() : -1;
            throw new OutOfDeviceMemoryException(accelerator.Name, words * sizeof(float), free, error);
        }
        segment.MemSetToZero(stream);
        stream.Synchronize();
        buffers.Add(segment);
        var beyond = (int)((ulong)segment.View.BaseView.LoadEffectiveAddressAsPtr() / sizeof(float) % AlignmentWords);
        segments.Add(segment.View.BaseView.SubView((AlignmentWords - beyond) % AlignmentWords, words));
        added?.Invoke(segments[^1]);
    }

    public override void Dispose()
    {
        foreach (var buffer in buffers) buffer.Dispose();
        buffers.Clear();
        segments.Clear();
    }
}
