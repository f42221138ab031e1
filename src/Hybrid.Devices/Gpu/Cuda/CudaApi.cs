using System.Reflection;
using System.Runtime.InteropServices;
using Hybrid.Kernels;

namespace Hybrid.Devices.Gpu.Cuda;

/// <summary>What ILGPU does not bind of the CUDA driver: modules with options, launches by bytes, graphs.</summary>
/// <remarks>Names, arguments and codes are those of NVIDIA's driver API reference; 0 is success.</remarks>
static unsafe partial class CudaApi
{
    const string Library = "cuda";

    static CudaApi() => NativeLibrary.SetDllImportResolver(
        Assembly.GetExecutingAssembly(),
        (name, _, _) => name == Library && CudaDriver.TryLoad(out var handle) ? handle : 0);

    /// <summary>CUDA_KERNEL_NODE_PARAMS, with room for what its second version adds.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct KernelNode
    {
        public nint Function;
        public int GridX, GridY, GridZ, BlockX, BlockY, BlockZ, SharedBytes;
        public void** Parameters;
        public void** Extra;
        readonly nint kernel, context;
    }

    /// <summary>CUjit_option: where the log of errors goes, its size, and lines of the source for profilers.</summary>
    public const int ErrorLog = 5, ErrorLogBytes = 6, LineInfo = 13;

    [LibraryImport(Library, EntryPoint = "cuInit")]
    public static partial int Init(uint flags);

    [LibraryImport(Library, EntryPoint = "cuDriverGetVersion")]
    public static partial int DriverVersion(out int version);

    [LibraryImport(Library, EntryPoint = "cuGetErrorString")]
    public static partial int ErrorString(int error, out nint text);

    [LibraryImport(Library, EntryPoint = "cuModuleLoadDataEx")]
    public static partial int ModuleLoad(out nint module, byte* text, uint count, int* options, void** values);

    [LibraryImport(Library, EntryPoint = "cuModuleUnload")]
    public static partial int ModuleUnload(nint module);

    [LibraryImport(Library, EntryPoint = "cuModuleGetFunction", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ModuleFunction(out nint function, nint module, string name);

    [LibraryImport(Library, EntryPoint = "cuLaunchKernel")]
    public static partial int LaunchKernel(
        nint function, int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int sharedBytes,
        nint stream, void** parameters, void** extra);

    [LibraryImport(Library, EntryPoint = "cuGraphCreate")]
    public static partial int GraphCreate(out nint graph, uint flags);

    [LibraryImport(Library, EntryPoint = "cuGraphAddKernelNode")]
    public static partial int GraphAddKernelNode(
        out nint node, nint graph, nint* dependencies, nint count, KernelNode* parameters);

    [LibraryImport(Library, EntryPoint = "cuGraphInstantiateWithFlags")]
    public static partial int GraphInstantiate(out nint executable, nint graph, ulong flags);

    [LibraryImport(Library, EntryPoint = "cuGraphExecKernelNodeSetParams")]
    public static partial int GraphSetKernelNode(nint executable, nint node, KernelNode* parameters);

    [LibraryImport(Library, EntryPoint = "cuGraphLaunch")]
    public static partial int GraphLaunch(nint executable, nint stream);

    [LibraryImport(Library, EntryPoint = "cuGraphExecDestroy")]
    public static partial int GraphExecDestroy(nint executable);

    [LibraryImport(Library, EntryPoint = "cuGraphDestroy")]
    public static partial int GraphDestroy(nint graph);

    /// <exception cref="DeviceFault">The code is no success.</exception>
    public static void Check(int code, string what)
    {
        if (code != 0) throw new DeviceFault($"{what}: {Explain(code)}");
    }

    /// <inheritdoc cref="Check(int, string)"/>
    /// <remarks>The name and what is wrong are joined only where something is.</remarks>
    public static void Check(int code, Rung rung, string what)
    {
        if (code != 0) Check(code, $"{rung.Name} {what}");
    }

    /// <summary>The driver's own words for a code.</summary>
    public static string Explain(int code) => ErrorString(code, out var text) == 0 && text != 0
        ? $"{Marshal.PtrToStringUTF8(text)} (CUDA error {code})"
        : $"CUDA error {code}";
}
