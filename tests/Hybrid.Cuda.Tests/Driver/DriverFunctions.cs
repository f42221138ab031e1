using System.Runtime.InteropServices;
using System.Text;
using Hybrid.Ptx;
using static Hybrid.Cuda.Tests.RecordingDriver;

namespace Hybrid.Cuda.Tests;

/// <summary>The driver's functions, by the names of NVIDIA's reference.</summary>
static unsafe partial class DriverFunctions
{
    [UnmanagedCallersOnly]
    public static int cuInit(uint flags) => Begin(nameof(cuInit));

    [UnmanagedCallersOnly]
    public static int cuDriverGetVersion(int* version)
    {
        *version = 13000;
        return Begin(nameof(cuDriverGetVersion));
    }

    [UnmanagedCallersOnly]
    public static int cuGetErrorString(int error, nint* text)
    {
        *text = Texts.TryGetValue(error, out var found) ? found : 0;
        return *text == 0 ? InvalidValue : Success;
    }

    static readonly Dictionary<int, nint> Texts = new()
    {
        [OutOfMemory] = Marshal.StringToCoTaskMemUTF8("out of memory"),
        [InvalidPtx] = Marshal.StringToCoTaskMemUTF8("a PTX JIT compilation failed"),
        [IllegalAddress] = Marshal.StringToCoTaskMemUTF8("an illegal memory access was encountered"),
        [999] = Marshal.StringToCoTaskMemUTF8("unknown error"),
    };

    [UnmanagedCallersOnly]
    public static int cuModuleLoadData(nint* module, byte* text) =>
        Begin(nameof(cuModuleLoadData)) is not 0 and var code ? code : Load(module, text);

    [UnmanagedCallersOnly]
    public static int cuModuleLoadDataEx(nint* module, byte* text, uint count, int* options, void** values)
    {
        var code = Begin(
            nameof(cuModuleLoadDataEx), $"options {string.Join(' ', new Span<int>(options, (int)count).ToArray())}");
        if (code == 0) return Load(module, text);
        const int errorLog = 5;
        for (var i = 0; i < count; i++)
            if (options[i] == errorLog) "ptxas error: no such instruction\0"u8.CopyTo(new((byte*)values[i], 64));
        return code;
    }

    [UnmanagedCallersOnly]
    public static int cuModuleUnload(nint module) => Begin(nameof(cuModuleUnload));

    [UnmanagedCallersOnly]
    public static int cuModuleGetFunction(nint* function, nint module, nint name) =>
        Find(function, module, Marshal.PtrToStringUTF8(name)!);

    [UnmanagedCallersOnly]
    public static int cuLaunchKernel(
        nint function, int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int shared, nint stream,
        void** parameters, void** extra)
    {
        var node = Node(function, new(gridX, gridY, gridZ), new(blockX, blockY, blockZ), parameters, after: 0);
        var code = Begin(nameof(cuLaunchKernel), Describe(node), stream);
        return code != 0 ? code : Run(node);
    }

    [UnmanagedCallersOnly]
    public static int cuGraphCreate(nint* graph, uint flags)
    {
        *graph = NewHandle();
        Graphs[*graph] = [];
        return Begin(nameof(cuGraphCreate));
    }

    /// <summary>CUDA_KERNEL_NODE_PARAMS, version 1.</summary>
    public readonly record struct NodeParameters(
        nint Function, int GridX, int GridY, int GridZ, int BlockX, int BlockY, int BlockZ, int Shared,
        nint Parameters, nint Extra);

    static KernelNode NodeOf(NodeParameters* p, nint after) => Node(
        p->Function, new(p->GridX, p->GridY, p->GridZ), new(p->BlockX, p->BlockY, p->BlockZ),
        (void**)p->Parameters, after);

    [UnmanagedCallersOnly]
    public static int cuGraphAddKernelNode(
        nint* node, nint graph, nint* after, nint count, NodeParameters* parameters)
    {
        if (count > 1) return InvalidValue;
        *node = NewHandle();
        var added = NodeOf(parameters, count == 0 ? 0 : *after);
        var code = Begin(nameof(cuGraphAddKernelNode), Describe(added));
        if (code == 0) Graphs[graph].Add((*node, added));
        return code;
    }

    [UnmanagedCallersOnly]
    public static int cuGraphInstantiateWithFlags(nint* executable, nint graph, ulong flags)
    {
        *executable = NewHandle();
        Graphs[*executable] = [.. Graphs[graph]];
        return Begin(nameof(cuGraphInstantiateWithFlags));
    }

    [UnmanagedCallersOnly]
    public static int cuGraphExecKernelNodeSetParams(nint executable, nint node, NodeParameters* parameters)
    {
        var code = Begin(nameof(cuGraphExecKernelNodeSetParams), Records ? NameOf(parameters->Function) : "");
        return code != 0 || !Runs ? code : SetNode(executable, node, parameters);
    }

    static int SetNode(nint executable, nint node, NodeParameters* parameters)
    {
        var nodes = Graphs[executable];
        var at = nodes.FindIndex(one => one.Handle == node);
        if (at < 0 || nodes[at].Node.Function != parameters->Function) return InvalidValue;
        nodes[at] = (node, NodeOf(parameters, nodes[at].Node.After));
        return Success;
    }

    /// <summary>Each node after the one that it waits for.</summary>
    [UnmanagedCallersOnly]
    public static int cuGraphLaunch(nint executable, nint stream)
    {
        var code = Begin(nameof(cuGraphLaunch), "", stream);
        if (code != 0 || !Runs) return code;
        nint before = 0;
        foreach (var (handle, node) in Graphs[executable])
        {
            if (node.After != before) return InvalidValue;
            if ((code = Run(node)) != 0) return code;
            before = handle;
        }
        return Success;
    }

    [UnmanagedCallersOnly]
    public static int cuGraphExecDestroy(nint executable) => Begin(nameof(cuGraphExecDestroy));

    [UnmanagedCallersOnly]
    public static int cuGraphDestroy(nint graph) => Begin(nameof(cuGraphDestroy));
}
