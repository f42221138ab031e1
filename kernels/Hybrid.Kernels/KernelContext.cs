using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace Hybrid.Kernels;

/// <summary>
/// The one place where ILGPU is set up: always O2, always with exact arithmetic.
/// </summary>
/// <remarks>
/// ILGPU's default in a Release build is O1, which leaves the address space out of loads
/// and stores. No device but the one asked for is looked for: probing OpenCL costs
/// seconds.
/// </remarks>
public static class KernelContext
{
    /// <summary>ILGPU asks for "cuda", which only the toolkit installs by that name.</summary>
    static KernelContext() => NativeLibrary.SetDllImportResolver(
        typeof(Context).Assembly,
        (name, _, _) =>
            name == "cuda" && CudaDriver.TryLoad(out var handle) ? handle : 0);

    /// <summary>A context with every CUDA device of the machine, perhaps none.</summary>
    /// <param name="sourceLines">As in <see cref="PtxCompiler(bool)"/>.</param>
    public static Context Cuda(bool sourceLines = false) => Create(builder =>
    {
        builder.Cuda();
        if (sourceLines) Annotate(builder);
    });

    /// <summary>
    /// A context with one simulated device: 8 warps of 32 threads, a CPU thread each.
    /// </summary>
    /// <remarks>
    /// It runs the C# of a kernel, some 10⁴ times slower than a GPU: for tests only.
    /// </remarks>
    public static Context Simulator() => Simulator(sourceLines: false);

    static Context Simulator(bool sourceLines) => Create(builder =>
    {
        builder.CPU(new CPUDevice(32, 8, 1));
        if (sourceLines) Annotate(builder);
    });

    /// <summary>
    /// What <c>Context.Builder.DebugSymbols</c> should do and, in ILGPU 1.5.3, does not
    /// (its issue 1476).
    /// </summary>
    static void Annotate(Context.Builder builder) =>
        typeof(ContextProperties).GetProperty(nameof(ContextProperties.DebugSymbolsMode))!
            .SetValue(builder, DebugSymbolsMode.KernelSourceAnnotations);

    static Context Create(Action<Context.Builder> devices) => Context.Create(builder =>
    {
        devices(builder);
        // Profiling lets streams be marked, which the bench does; without a mark it costs nothing.
        builder.Optimize(OptimizationLevel.O2).ExactArithmetic().Profiling();
    });

    /// <summary>
    /// A compiler from kernels to the PTX of an sm_90 device; it needs no GPU.
    /// </summary>
    /// <param name="sourceLines">
    /// Whether the text says which C# line each instruction comes from (<c>.loc</c>).
    /// </param>
    public static PtxCompiler PtxCompiler(bool sourceLines = false)
    {
        var context = Simulator(sourceLines);
        var architecture = CudaArchitecture.SM_90;
        return new(context, new(
            context, new CudaCapabilityContext(architecture), architecture,
            CudaInstructionSet.ISA_80, null));
    }
}
