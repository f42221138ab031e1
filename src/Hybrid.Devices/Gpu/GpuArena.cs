using Hybrid.Formulas;
using Hybrid.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Devices.Gpu;

/// <summary>A GPU's memory: one buffer per segment.</summary>
public sealed class GpuArena : Arena
{
    readonly Accelerator accelerator;
    readonly AcceleratorStream stream;
    readonly List<MemoryBuffer1D<F32, Stride1D.Dense>> segments = [];

    internal GpuArena(Accelerator accelerator, AcceleratorStream stream) =>
        (this.accelerator, this.stream) = (accelerator, stream);

    /// <summary>A tensor as kernels see it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The tensor belongs to another arena, or spans 2³¹ words or more: kernels index with 32 bits.
    /// </exception>
    public Rows View(Tensor tensor)
    {
        var span = (tensor.Rows - 1L) * tensor.Stride + tensor.Cols;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(span, int.MaxValue, nameof(tensor));
        var view = segments[tensor.Segment].View.BaseView.SubView(tensor.Offset, span);
        return new(view, tensor.Stride, tensor.Offset % 4 == 0 && tensor.Stride % 4 == 0 ? 1 : 0);
    }

    protected override void AddSegment(long words)
    {
        MemoryBuffer1D<F32, Stride1D.Dense> segment;
        try
        {
            segment = accelerator.Allocate1D<F32>(words);
        }
        catch (AcceleratorException error)
        {
            var more = $"another {words * sizeof(float) >> 20} MiB";
            throw new OutOfMemoryException(
                $"{accelerator.Name} has no room for {more}: use smaller batches.", error);
        }
        segment.MemSetToZero(stream);
        stream.Synchronize();
        segments.Add(segment);
    }

    public override void Dispose()
    {
        foreach (var segment in segments) segment.Dispose();
        segments.Clear();
    }
}
