using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace Hybrid.Kernels.Tests;

/// <summary>Kernels through ILGPU's OpenCL backend, on the processor: PoCL.</summary>
/// <remarks>
/// It shares ILGPU's reading of C# and its optimizer with PTX, but neither the code generator nor anything of this
/// project's: not the interpreter, not the PTX of an intrinsic. Each exact step becomes a statement of its own, so
/// that a compiler finds no product and sum in one expression to contract. PoCL has no warps, so no shuffles.
/// </remarks>
static class OpenCl
{
    public const string Missing =
        "no OpenCL on this machine's processor: apt-get install pocl-opencl-icd ocl-icd-libopencl1";

    /// <summary>The steps of <see cref="Hybrid.Formulas.Exact"/> in OpenCL C.</summary>
    static readonly Dictionary<string, string> Expressions = new()
    {
        [nameof(Intrinsics.Add)] = "{0} + {1}",
        [nameof(Intrinsics.Sub)] = "{0} - {1}",
        [nameof(Intrinsics.Mul)] = "{0} * {1}",
        [nameof(Intrinsics.Div)] = "{0} / {1}",
        [nameof(Intrinsics.Sqrt)] = "sqrt({0})",
        [nameof(Intrinsics.Fma)] = "fma({0}, {1}, {2})",
        [nameof(Intrinsics.Abs)] = "fabs({0})",
        [nameof(Intrinsics.WhereLess)] = "{0} < {1} ? {2} : {3}",
        [nameof(Intrinsics.MulHigh)] = "mul_hi((uint){0}, (uint){1})",
    };

    static readonly Lazy<Context> Context = new(() => ILGPU.Context.Create(builder =>
    {
        builder.OpenCL(device => device.PlatformName == "Portable Computing Language");
        builder.Optimize(OptimizationLevel.O2).ExactArithmetic();
        var manager = builder.GetIntrinsicManager();
        foreach (var name in Expressions.Keys)
            manager.RegisterMethod(
                typeof(Intrinsics).GetMethod(name)!,
                new CLIntrinsic(typeof(OpenCl), nameof(Generate), IntrinsicImplementationMode.GenerateCode));
    }));

    /// <summary>Whether PoCL and a loader are here.</summary>
    public static bool IsInstalled { get; }

    /// <summary>Linux installs the loader as libOpenCL.so.1; ILGPU asks for "OpenCL".</summary>
    static OpenCl()
    {
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
            name == "OpenCL" && NativeLibrary.TryLoad("libOpenCL.so.1", out var handle) ? handle : 0;
        IsInstalled = NativeLibrary.TryLoad("libOpenCL.so.1", out _) && Context.Value.GetCLDevices().Count > 0;
    }

    /// <summary>Whether a rung does without shuffles, tensor cores and <c>cp.async</c>.</summary>
    public static bool Runs(Rung rung) =>
        Expectations.Of(rung.Name) is { Shuffles: 0, TensorProducts: 0, AsyncCopies: 0 };

    /// <summary>PoCL 3.1 reads generic pointers, but does not say so.</summary>
    public static Accelerator CreateAccelerator()
    {
        var device = Context.Value.GetCLDevice(0);
        typeof(CLCapabilityContext).GetProperty(nameof(CLCapabilityContext.GenericAddressSpace))!
            .SetValue(device.Capabilities, true);
        return device.CreateAccelerator(Context.Value);
    }

    /// <summary>Emits the expression that goes with the method called.</summary>
    public static void Generate(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var name = ((ILGPU.IR.Values.MethodCall)value).Target.Source.Name;
        var operands = new object[value.Count];
        for (var i = 0; i < operands.Length; i++) operands[i] = generator.Load(value.Nodes[i]);
        using var statement = generator.BeginStatement(generator.Allocate(value));
        statement.AppendOperation(Expressions[name], operands);
    }
}
