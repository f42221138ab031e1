using Hybrid.Formulas;
using ILGPU.Backends.PTX;
using ILGPU.Frontend.Intrinsic;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Types;

namespace Hybrid.Kernels;

/// <summary>Copies from global to shared memory that run while a thread does something else.</summary>
/// <remarks>
/// <c>cp.async</c>, past the registers; 16 bytes at once also past the first cache. Copies
/// are committed in groups; a thread waits for all groups but the last few, and then for the
/// block, before anybody reads what has arrived.
/// </remarks>
public static class AsyncCopy
{
    /// <summary>Begins to copy four floats; both places at multiples of 16 bytes.</summary>
    [IntrinsicImplementation]
    public static void BeginFour(ref F32 shared, ref F32 global)
    {
        for (var i = 0; i < 4; i++)
            System.Runtime.CompilerServices.Unsafe.Add(ref shared, i) =
                System.Runtime.CompilerServices.Unsafe.Add(ref global, i);
    }

    /// <summary>Begins to copy a float.</summary>
    [IntrinsicImplementation]
    public static void BeginOne(ref F32 shared, ref F32 global) => shared = global;

    /// <summary>What has begun since the last call is a group.</summary>
    [IntrinsicImplementation]
    public static void Commit() { }

    /// <summary>All groups but the last have arrived.</summary>
    [IntrinsicImplementation]
    public static void WaitForAllButOne() { }

    /// <summary>All groups but the last two have arrived.</summary>
    [IntrinsicImplementation]
    public static void WaitForAllButTwo() { }

    /// <summary>All groups have arrived.</summary>
    [IntrinsicImplementation]
    public static void WaitForAll() { }

    /// <summary>Tells the PTX backend of this context the instructions.</summary>
    internal static void Register(IntrinsicImplementationManager manager)
    {
        manager.Register(typeof(AsyncCopy), nameof(BeginFour), nameof(GenerateBeginFour));
        manager.Register(typeof(AsyncCopy), nameof(BeginOne), nameof(GenerateBeginOne));
        manager.Register(typeof(AsyncCopy), nameof(Commit), nameof(GenerateCommit));
        manager.Register(
            typeof(AsyncCopy), nameof(WaitForAllButTwo), nameof(GenerateWaitForAllButTwo));
        manager.Register(
            typeof(AsyncCopy), nameof(WaitForAllButOne), nameof(GenerateWaitForAllButOne));
        manager.Register(typeof(AsyncCopy), nameof(WaitForAll), nameof(GenerateWaitForAll));
    }

    public static void GenerateBeginFour(
        PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Copy(generator, value, "cp.async.cg.shared.global", 16);

    public static void GenerateBeginOne(
        PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Copy(generator, value, "cp.async.ca.shared.global", 4);

    static void Copy(PTXCodeGenerator generator, Value value, string instruction, int bytes)
    {
        var shared = generator.Pointer(value.Nodes[0], MemoryAddressSpace.Shared);
        var global = generator.Pointer(value.Nodes[1], MemoryAddressSpace.Global);
        using var command = generator.BeginCommand(instruction);
        command.AppendArgumentValue(shared);
        command.AppendArgumentValue(global);
        command.AppendConstant(bytes);
    }

    public static void GenerateCommit(
        PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        generator.Command("cp.async.commit_group");

    public static void GenerateWaitForAllButTwo(
        PTXBackend backend, PTXCodeGenerator generator, Value value) => Wait(generator, 2);

    public static void GenerateWaitForAllButOne(
        PTXBackend backend, PTXCodeGenerator generator, Value value) => Wait(generator, 1);

    public static void GenerateWaitForAll(
        PTXBackend backend, PTXCodeGenerator generator, Value value) => Wait(generator, 0);

    static void Wait(PTXCodeGenerator generator, int groups)
    {
        using var command = generator.BeginCommand("cp.async.wait_group");
        command.AppendConstant(groups);
    }
}
