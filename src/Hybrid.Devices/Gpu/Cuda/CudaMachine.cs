using Hybrid.Kernels;
using ILGPU.Runtime.Cuda;

namespace Hybrid.Devices.Gpu.Cuda;

/// <summary>Runs rungs on an NVIDIA GPU: ILGPU compiles them, the driver launches them.</summary>
/// <remarks>
/// ILGPU could launch them as well. Launched here, a kernel's arguments are bytes that can be compared, so that a step
/// which repeats becomes a graph whose nodes change only where their arguments do; and the text that the driver gets
/// is the one that the interpreter runs in the tests.
/// </remarks>
sealed unsafe class CudaMachine(CudaAccelerator accelerator, CudaStream stream, bool sourceLines) : IMachine
{
    readonly CudaModules modules = new(new(accelerator.Backend), sourceLines);
    readonly List<CudaGraph> graphs = [];
    CudaGraph? filled;

    public nint Stream => stream.StreamPtr;

    /// <summary>Whether launches go into a graph, not to the stream.</summary>
    public bool IsInAStep => filled is not null;

    public StepGraph Graph(Action launches)
    {
        var graph = new CudaGraph(this, launches);
        graphs.Add(graph);
        return graph;
    }

    /// <summary>From now on launches go into a graph.</summary>
    /// <exception cref="InvalidOperationException">They go into one already.</exception>
    public void Begin(CudaGraph graph)
    {
        if (filled is not null) throw new InvalidOperationException("A step's graph cannot hold another.");
        accelerator.Bind();
        filled = graph;
    }

    public void End() => filled = null;

    #region launch
    public void Launch<TArguments>(Rung<TArguments> rung, in TArguments arguments) where TArguments : struct
    {
        accelerator.Bind();
        Span<byte> bytes = stackalloc byte[KernelArguments<TArguments>.Bytes];
        KernelArguments<TArguments>.Write(arguments, bytes);
        var config = rung.Grid(arguments);
        var shape = new LaunchShape(modules[rung], config.GridDim, config.GroupDim);
        if (filled is not null)
        {
            filled.Add(rung, shape, bytes);
            return;
        }
        fixed (void* first = bytes)
        {
            // All of a kernel's arguments are one parameter, a struct.
            var parameters = stackalloc void*[] { first };
            var (grid, block) = (shape.Grid, shape.Block);
            CudaApi.Check(
                CudaApi.LaunchKernel(
                    shape.Function, grid.X, grid.Y, grid.Z, block.X, block.Y, block.Z, 0, Stream, parameters, null),
                rung, "does not start");
        }
    }
    #endregion

    public void Dispose()
    {
        foreach (var graph in graphs) graph.Destroy();
        modules.Dispose();
    }
}
