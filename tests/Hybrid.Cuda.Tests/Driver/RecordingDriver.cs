using System.Runtime.InteropServices;
using Hybrid.Ptx;

namespace Hybrid.Cuda.Tests;

/// <summary>One call of the driver.</summary>
/// <param name="Name">The function.</param>
/// <param name="What">A kernel with its sizes, an amount of bytes, a stream; empty where nothing matters.</param>
/// <param name="Stream">Where it was put; 0 for none, or the default stream.</param>
readonly record struct Call(string Name, string What, nint Stream);

/// <summary>A launch as the driver keeps it: in a graph, or about to run.</summary>
sealed record KernelNode(nint Function, Size Grid, Size Block, byte[] Arguments, nint After);

/// <summary>What the recording driver knows: a device, its memory, modules, graphs, and every call.</summary>
/// <remarks>Kernels run as PTX on the interpreter, at once and in order; a fault breaks the device for good.</remarks>
static unsafe class RecordingDriver
{
    public const int Success = 0, InvalidValue = 1, OutOfMemory = 2, InvalidPtx = 218, IllegalAddress = 700;

    const nuint Alignment = 256;

    static readonly Dictionary<nint, Module> Modules = [];
    static readonly Dictionary<nint, Program> Functions = [];
    static GlobalMemory memory = new();
    static nint lastHandle;

    sealed record Module(string Text);

    /// <summary>In order; nothing where <see cref="Records"/> is off.</summary>
    public static List<Call> Calls { get; } = [];

    public static bool Records { get; set; }

    /// <summary>Whether kernels run; without, calls only are counted, and nothing is allocated here.</summary>
    public static bool Runs { get; set; }

    /// <summary>The code that a function gives instead of working; 0 to let it work.</summary>
    public static Func<string, int> Fails { get; set; } = _ => 0;

    /// <summary>Every call from then on returns it: a kernel went wrong.</summary>
    public static int Sticky { get; set; }

    public static (int Major, int Minor) Capability { get; set; }

    /// <summary>Bytes that are left to allocate.</summary>
    public static long Free { get; set; }

    public static Dictionary<nint, List<(nint Handle, KernelNode Node)>> Graphs { get; } = [];

    /// <summary>A new device that works.</summary>
    public static void Reset()
    {
        Calls.Clear();
        Modules.Clear();
        Functions.Clear();
        Graphs.Clear();
        memory = new();
        (Records, Runs, Fails, Sticky, Capability, Free) = (true, true, _ => 0, 0, (9, 0), 1L << 33);
    }

    /// <summary>Writes a call down.</summary>
    /// <returns>The code with which it must end at once; 0 where it works.</returns>
    public static int Begin(string name, string what = "", nint stream = 0)
    {
        if (Records) Calls.Add(new(name, what, stream));
        return Sticky != 0 ? Sticky : Fails(name);
    }

    /// <summary>The modules that were loaded.</summary>
    public static IEnumerable<string> Texts => Modules.Values.Select(module => module.Text);

    public static nint NewHandle() => ++lastHandle;

    /// <summary>Not zeros: who needs zeros must write them.</summary>
    public static int Allocate(nint* to, long bytes)
    {
        if (bytes > Free) return OutOfMemory;
        Free -= bytes;
        *to = (nint)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        NativeMemory.Fill((void*)*to, (nuint)bytes, 0xFF);
        memory.Map((ulong)*to, bytes);
        return Success;
    }

    public static void Release(nint address)
    {
        memory.Unmap((ulong)address);
        NativeMemory.AlignedFree((void*)address);
    }

    public static int Load(nint* module, byte* text)
    {
        *module = NewHandle();
        Modules[*module] = new(Marshal.PtrToStringUTF8((nint)text)!);
        return Success;
    }

    public static int Find(nint* function, nint module, string name)
    {
        *function = NewHandle();
        Functions[*function] = Program.Parse(Modules[module].Text, name);
        return Success;
    }

    public static string NameOf(nint function) => Functions[function].Name;

    /// <summary>A launch's one parameter, a struct, as the kernel declares its size.</summary>
    public static KernelNode Node(nint function, Size grid, Size block, void** parameters, nint after) =>
        new(function, grid, block, new Span<byte>(parameters[0], Functions[function].ArgumentBytes).ToArray(), after);

    public static int Run(KernelNode node)
    {
        if (!Runs) return Success;
        try
        {
            Launch.Run(Functions[node.Function], node.Grid, node.Block, node.Arguments, memory);
            return Success;
        }
        catch (PtxFault fault)
        {
            Calls.Add(new("fault", fault.Message, 0));
            return Sticky = IllegalAddress;
        }
    }

    /// <summary>A kernel with its sizes, as a call is written down.</summary>
    public static string Describe(KernelNode node) =>
        $"{NameOf(node.Function)} {node.Grid.X}×{node.Grid.Y}×{node.Grid.Z} of {node.Block.X}×{node.Block.Y}×{node.Block.Z}";
}
