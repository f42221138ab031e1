using System.Reflection;
using Hybrid.Formulas;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.Frontend.Intrinsic;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Types;
using PtxRegister = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>;

namespace Hybrid.Kernels;

/// <summary>The steps of <see cref="Exact"/> as single PTX instructions.</summary>
/// <remarks>
/// A formula knows nothing of ILGPU: its lanes call <see cref="Exact"/>. Here ILGPU is
/// told to read each such call as the method of the same name below, and to emit one
/// instruction for it. Left alone it would write <c>mul.f32</c> and <c>add.f32</c>
/// without a rounding mode, which ptxas may contract to one FMA, and the last bit would
/// differ from the CPU's. The bodies only say what the instruction does: PTX never sees
/// them, and the simulator runs <see cref="Exact"/> itself.
/// </remarks>
public static class Intrinsics
{
    [IntrinsicImplementation]
    public static float Add(float a, float b) => Exact.Add(a, b);

    [IntrinsicImplementation]
    public static float Sub(float a, float b) => Exact.Sub(a, b);

    [IntrinsicImplementation]
    public static float Mul(float a, float b) => Exact.Mul(a, b);

    [IntrinsicImplementation]
    public static float Div(float a, float b) => Exact.Div(a, b);

    [IntrinsicImplementation]
    public static float Sqrt(float x) => Exact.Sqrt(x);

    [IntrinsicImplementation]
    public static float Fma(float a, float b, float c) => Exact.Fma(a, b, c);

    [IntrinsicImplementation]
    public static float Abs(float x) => Exact.Abs(x);

    [IntrinsicImplementation]
    public static float WhereLess(float a, float b, float then, float otherwise) =>
        Exact.WhereLess(a, b, then, otherwise);

    [IntrinsicImplementation]
    public static uint MulHigh(uint a, uint b) => Exact.MulHigh(a, b);

    static readonly (string Name, string Instruction)[] Instructions =
    [
        (nameof(Add), "add.rn.f32"),
        (nameof(Sub), "sub.rn.f32"),
        (nameof(Mul), "mul.rn.f32"),
        (nameof(Div), "div.rn.f32"),
        (nameof(Sqrt), "sqrt.rn.f32"),
        (nameof(Fma), "fma.rn.f32"),
        (nameof(Abs), "abs.f32"),
        (nameof(MulHigh), "mul.hi.u32"),
    ];

    /// <summary>
    /// Reads the methods of <see cref="Exact"/> as those here, once per process.
    /// </summary>
    /// <remarks>
    /// <see cref="Exact.Bits"/> and its inverse ILGPU understands as they are.
    /// </remarks>
    static Intrinsics()
    {
        var steps = typeof(Exact).GetMethods(BindingFlags.Public | BindingFlags.Static);
        foreach (var method in steps)
        {
            if (method.Name is nameof(Exact.Bits) or nameof(Exact.FromBits)) continue;
            var parameters = method.GetParameters();
            RemappedIntrinsics.AddRemapping(
                typeof(Exact), typeof(Intrinsics), method.Name,
                Array.ConvertAll(parameters, parameter => parameter.ParameterType));
        }
    }

    /// <summary>
    /// Tells the PTX backend of this context which instruction each intrinsic is.
    /// </summary>
    public static Context.Builder ExactArithmetic(this Context.Builder builder)
    {
        var manager = builder.GetIntrinsicManager();
        foreach (var (name, _) in Instructions)
            manager.Register(typeof(Intrinsics), name, nameof(Generate));
        manager.Register(typeof(Intrinsics), nameof(WhereLess), nameof(GenerateWhereLess));
        TensorCore.Register(manager);
        AsyncCopy.Register(manager);
        return builder;
    }

    /// <summary>A method, and the one of the same type that emits its instruction.</summary>
    internal static void Register(
        this IntrinsicImplementationManager manager, Type type, string method, string generator) =>
        manager.RegisterMethod(
            type.GetMethod(method)!,
            new PTXIntrinsic(type, generator, IntrinsicImplementationMode.GenerateCode));

    /// <summary>Emits the instruction that goes with the method called.</summary>
    public static void Generate(
        PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var name = ((ILGPU.IR.Values.MethodCall)value).Target.Source.Name;
        var instruction = Instructions.First(entry => entry.Name == name).Instruction;
        var target = (PtxRegister.PrimitiveRegister)generator.Allocate(value);
        var operands = Operands(generator, value);
        using var command = generator.BeginCommand(instruction);
        command.AppendArgument(target);
        foreach (var operand in operands) command.AppendArgument(operand);
    }

    /// <summary>Emits <c>setp.lt</c> (false for NaN) and <c>selp</c>.</summary>
    public static void GenerateWhereLess(
        PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var target = (PtxRegister.PrimitiveRegister)generator.Allocate(value);
        var operands = Operands(generator, value);
        var less = generator.AllocateRegister(
            BasicValueType.Int1, PTXRegisterKind.Predicate);
        using (var compare = generator.BeginCommand("setp.lt.f32"))
        {
            compare.AppendArgument(less);
            compare.AppendArgument(operands[0]);
            compare.AppendArgument(operands[1]);
        }
        using var select = generator.BeginCommand("selp.f32");
        select.AppendArgument(target);
        select.AppendArgument(operands[2]);
        select.AppendArgument(operands[3]);
        select.AppendArgument(less);
    }

    static PtxRegister.PrimitiveRegister[] Operands(
        PTXCodeGenerator generator, Value value)
    {
        var operands = new PtxRegister.PrimitiveRegister[value.Count];
        for (var i = 0; i < operands.Length; i++)
            operands[i] = generator.LoadPrimitive(value.Nodes[i]);
        return operands;
    }

    /// <summary>A pointer in the space that the instruction names.</summary>
    internal static PtxRegister.HardwareRegister Pointer(
        this PTXCodeGenerator generator, Value value, MemoryAddressSpace space)
    {
        var register = generator.LoadHardware(value);
        var known = ((AddressSpaceType)value.Type).AddressSpace;
        if (known == space) return register;
        if (known != MemoryAddressSpace.Generic)
            throw new InvalidOperationException($"The instruction needs {space} memory, not {known}.");
        var converted = generator.AllocatePlatformRegister(out _);
        using var command = generator.BeginCommand(
            $"cvta.to.{space.ToString().ToLowerInvariant()}.u64");
        command.AppendArgument(converted);
        command.AppendArgument(register);
        return converted;
    }
}
