using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

/// <summary>Kernels as PTX text: for a driver, for the interpreter, for the book.</summary>
public sealed class PtxCompiler : IDisposable
{
    readonly Context? context;
    readonly PTXBackend backend;

    /// <summary>For a device that somebody else owns.</summary>
    public PtxCompiler(PTXBackend backend) => this.backend = backend;

    internal PtxCompiler(Context context, PTXBackend backend) =>
        (this.context, this.backend) = (context, backend);

    /// <summary>The whole module, header included.</summary>
    public string Compile(Rung rung) => Compile(rung.Kernel, rung.Specialization);

    /// <summary>
    /// The whole module of a method that takes its arguments as one struct.
    /// </summary>
    public string Compile(
        MethodInfo kernel, KernelSpecialization specialization = default)
    {
        var entry = EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        return ((PTXCompiledKernel)backend.Compile(entry, specialization)).PTXAssembly;
    }

    /// <summary>The name by which a module knows its kernel.</summary>
    public static string EntryOf(Rung rung) => $"Kernel_{rung.Name}";

    public void Dispose()
    {
        if (context is null) return;
        backend.Dispose();
        context.Dispose();
    }
}
