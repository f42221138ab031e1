namespace Hybrid.Devices;

/// <summary>Where the arithmetic happens: a GPU, the CPU's SIMD lanes, or ILGPU's simulator.</summary>
public abstract class Device : IDisposable
{
    /// <summary>One line that says what was found, such as <c>host · 2 threads · AVX-512</c>.</summary>
    public abstract string Description { get; }

    /// <summary>The operations that models are made of.</summary>
    public abstract IOps Ops { get; }

    public abstract Arena Arena { get; }

    /// <summary>Whether a plan makes noise again where its loss reads it, instead of storing it; off at first.</summary>
    /// <remarks>
    /// The same bits. It saves a tensor and its traffic and costs arithmetic: on the host twice the time of what it
    /// replaces, on a GPU by the count of chapter 6 about as much as it saves. Set it before plans are made.
    /// </remarks>
    public bool RemakesNoise { get; set; }

    /// <summary>Copies a dense row-major array to the device.</summary>
    public abstract void Upload(ReadOnlySpan<float> from, Tensor to);

    /// <summary>Copies indices (for <see cref="IOps.GatherRows"/>) to the device.</summary>
    public abstract void Upload(ReadOnlySpan<int> from, Tensor to);

    /// <summary>Waits for the device and copies a tensor into a dense row-major array.</summary>
    public abstract void Download(Tensor from, Span<float> to);

    /// <summary>Waits until everything that was launched has finished.</summary>
    public abstract void Synchronize();

    public abstract void Dispose();

    /// <summary>Launches that will be made again and again, which a GPU then launches as one.</summary>
    /// <param name="launches">See <see cref="StepGraph"/>.</param>
    public virtual StepGraph Graph(Action launches) => new(launches);

    /// <summary>A named range in the time line of a profiler, until it is disposed; nothing without a GPU.</summary>
    /// <param name="name">A UTF-8 literal.</param>
    public virtual ProfilerRange Range(ReadOnlySpan<byte> name) => default;

    /// <summary>A tensor as a new array, dense and row-major.</summary>
    public float[] ToArray(Tensor tensor)
    {
        var values = new float[tensor.Length];
        Download(tensor, values);
        return values;
    }

    /// <summary>A new tensor with the given values.</summary>
    public Tensor From(ReadOnlySpan<float> values, int rows, int cols)
    {
        var tensor = Arena.Allocate(rows, cols);
        Upload(values, tensor);
        return tensor;
    }
}
