using Hybrid.Formulas;
using ILGPU.Backends.PTX;
using ILGPU.Frontend.Intrinsic;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Types;
using PtxRegister = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>;

namespace Hybrid.Kernels;

/// <summary>Copies from global to shared memory that run while a thread does something else.</summary>
/// <remarks>
/// <c>cp.async</c>, 16 bytes each, past the first cache and past the registers. Copies are
/// committed in groups; a thread waits for all groups but the last one or none, and then for
/// the block, before anybody reads what has arrived.
/// </remarks>
public static class AsyncCopy
{
    /// <summary>Begins to copy four floats; both places at multiples of 16 bytes.</summary>
    [IntrinsicImplementation]
    public static void Begin(ref F32 shared, ref F32 global)
    {
        for (var i = 0; i < 4; i++)
            System.Runtime.CompilerServices.Unsafe.Add(ref shared, i) =
                System.Runtime.CompilerServices.Unsafe.Add(ref global, i);
    }

    /// <summary>What has begun since the last call is a group.</summary>
    [IntrinsicImplementation]
    public static void Commit() { }

    /// <summary>All groups but the last have arrived.</summary>
    [IntrinsicImplementation]
    public static void WaitForAllButOne() { }

    /// <summary>All groups have arrived.</summary>
    [IntrinsicImplementation]
    public static void WaitForAll() { }

    /// <summary>Tells the PTX backend of this context the instructions.</summary>
    internal static void Register(IntrinsicImplementationManager manager)
    {
        manager.Register(typeof(AsyncCopy), nameof(Begin), nameof(GenerateBegin));
        manager.Register(typeof(AsyncCopy), nameof(Commit), nameof(GenerateCommit));
        manager.Register(typeof(AsyncCopy), nameof(WaitForAllButOne), nameof(GenerateWaitForAllButOne));
        manager.Register(typeof(AsyncCopy), nameof(WaitForAll), nameof(GenerateWaitForAll));
    }

    public static void GenerateBegin(
        PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var shared = Pointer(generator, value.Nodes[0], MemoryAddressSpace.Shared);
        var global = Pointer(generator, value.Nodes[1], MemoryAddressSpace.Global);
        using var command = generator.BeginCommand("cp.async.cg.shared.global");
        command.AppendArgumentValue(shared);
        command.AppendArgumentValue(global);
        command.AppendConstant(16);
    }

    public static void GenerateCommit(
        PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        generator.Command("cp.async.commit_group");

    public static void GenerateWaitForAllButOne(
        PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        using var command = generator.BeginCommand("cp.async.wait_group");
        command.AppendConstant(1);
    }

    public static void GenerateWaitForAll(
        PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        using var command = generator.BeginCommand("cp.async.wait_group");
        command.AppendConstant(0);
    }

    /// <summary>A pointer in the space that the instruction names.</summary>
    static PtxRegister.HardwareRegister Pointer(
        PTXCodeGenerator generator, Value value, MemoryAddressSpace space)
    {
        var register = generator.LoadHardware(value);
        var known = ((AddressSpaceType)value.Type).AddressSpace;
        if (known == space) return register;
        if (known != MemoryAddressSpace.Generic)
            throw new InvalidOperationException($"A copy needs {space} memory, not {known}.");
        var converted = generator.AllocatePlatformRegister(out _);
        using var command = generator.BeginCommand(
            $"cvta.to.{space.ToString().ToLowerInvariant()}.u64");
        command.AppendArgument(converted);
        command.AppendArgument(register);
        return converted;
    }
}
