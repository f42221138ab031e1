using Hybrid.Kernels;

namespace Hybrid.Devices.Gpu.Cuda;

/// <summary>A step as a CUDA graph: built at its first run, then launched with one call.</summary>
/// <remarks>
/// Every node follows the one before it, as in a stream. A later run writes the arguments anew, compares them with
/// those in the graph, and tells the driver of the nodes that differ: a noise counter, Adam's factors. Launches that
/// are already on their way keep what they were given.
/// </remarks>
sealed unsafe class CudaGraph(CudaMachine machine, Action launches) : StepGraph(launches)
{
    sealed record Node(Rung Rung, nint Handle, LaunchShape Shape, byte[] Arguments);

    readonly List<Node> nodes = [];
    nint graph, executable;
    int next;

    /// <summary>Kernels of a run.</summary>
    public int Count => nodes.Count;

    /// <exception cref="InvalidOperationException">The launches are not those of the first run.</exception>
    /// <exception cref="DeviceFault">The driver refuses.</exception>
    public override void Run()
    {
        if (graph == 0) CudaApi.Check(CudaApi.GraphCreate(out graph, 0), "a graph cannot be made");
        next = 0;
        machine.Begin(this);
        try
        {
            Launches();
        }
        catch when (executable == 0)
        {
            // Half a graph is of no use; the next run begins anew.
            Destroy();
            throw;
        }
        finally
        {
            machine.End();
        }
        if (executable == 0)
            CudaApi.Check(CudaApi.GraphInstantiate(out executable, graph, 0), "a step's graph is refused");
        else if (next < nodes.Count) throw Different($"ends before {nodes[next].Rung.Name}");
        CudaApi.Check(CudaApi.GraphLaunch(executable, machine.Stream), "a step's graph does not start");
    }

    #region add
    /// <summary>The next launch of this run.</summary>
    public void Add(Rung rung, LaunchShape shape, ReadOnlySpan<byte> arguments)
    {
        if (executable == 0)
        {
            Append(rung, shape, arguments);
            return;
        }
        if (next == nodes.Count) throw Different($"goes on with {rung.Name}");
        var node = nodes[next];
        if (node.Shape != shape) throw Different($"has {rung.Name} where {node.Rung.Name} was");
        next++;
        if (arguments.SequenceEqual(node.Arguments)) return;
        arguments.CopyTo(node.Arguments);
        fixed (void* first = node.Arguments)
        {
            var parameters = stackalloc void*[] { first };
            var described = shape.With(parameters);
            CudaApi.Check(
                CudaApi.GraphSetKernelNode(executable, node.Handle, &described),
                rung, "is refused new arguments");
        }
    }
    #endregion

    void Append(Rung rung, LaunchShape shape, ReadOnlySpan<byte> arguments)
    {
        var before = nodes.Count == 0 ? 0 : nodes[^1].Handle;
        nint handle;
        fixed (void* first = arguments)
        {
            var parameters = stackalloc void*[] { first };
            var described = shape.With(parameters);
            CudaApi.Check(
                CudaApi.GraphAddKernelNode(out handle, graph, &before, before == 0 ? 0 : 1, &described),
                rung, "does not fit into a graph");
        }
        nodes.Add(new(rung, handle, shape, arguments.ToArray()));
    }

    static InvalidOperationException Different(string how) =>
        new($"A step's launches are the same each time, and this run {how}.");

    /// <summary>Gives back what the driver holds of it; a later run builds it anew.</summary>
    public void Destroy()
    {
        if (executable != 0) _ = CudaApi.GraphExecDestroy(executable);
        if (graph != 0) _ = CudaApi.GraphDestroy(graph);
        (graph, executable) = (0, 0);
        nodes.Clear();
    }
}
