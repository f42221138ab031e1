using Hybrid.Formulas;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.Frontend.Intrinsic;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using PtxRegister = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>;

namespace Hybrid.Kernels;

/// <summary>A lane's four numbers of a 16 × 8 left factor, tf32 in the upper 19 bits.</summary>
public struct LeftFragment
{
    public uint X, Y, Z, W;
}

/// <summary>A lane's two numbers of an 8 × 8 right factor.</summary>
public struct RightFragment
{
    public uint X, Y;
}

/// <summary>A lane's four sums of a 16 × 8 tile.</summary>
public struct SumFragment
{
    public float X, Y, Z, W;
}

/// <summary>Products of small tiles by a whole warp, on tensor cores.</summary>
/// <remarks>
/// PTX ISA 8.0, m16n8k8. With g = lane / 4 and t = lane mod 4 a lane holds of the left factor
/// (g, t), (g + 8, t), (g, t + 4), (g + 8, t + 4); of the right one (t, g), (t + 4, g); of the
/// sums (g, 2t), (g, 2t + 1), (g + 8, 2t), (g + 8, 2t + 1). How the hardware rounds its sums
/// is not documented, so this is not for exact kernels.
/// </remarks>
public static class TensorCore
{
    public const int Rows = 16, Columns = 8, Depth = 8;

    /// <summary>x with ten bits of mantissa, ties away from zero.</summary>
    [IntrinsicImplementation]
    public static uint ToTf32(float x) =>
        float.IsFinite(x)
            ? (BitConverter.SingleToUInt32Bits(x) + 0x1000u) & 0xFFFFE000u
            : BitConverter.SingleToUInt32Bits(x);

    /// <summary>c + a·b of a warp's tile; all 32 lanes take part.</summary>
    [IntrinsicImplementation]
    public static SumFragment Multiply(SumFragment c, LeftFragment a, RightFragment b)
    {
        int group = Warp.LaneIdx >> 2, inGroup = Warp.LaneIdx & 3;
        for (var k = 0; k < Depth; k++)
        {
            // Who holds column k of rows g and g + 8, and row k of columns 2t and 2t + 1.
            var left = group * 4 + (k & 3);
            int first = 8 * inGroup + (k & 3), second = 8 * inGroup + 4 + (k & 3);
            var upper = Single(Warp.Shuffle(a.X, left), Warp.Shuffle(a.Z, left), k);
            var lower = Single(Warp.Shuffle(a.Y, left), Warp.Shuffle(a.W, left), k);
            var even = Single(Warp.Shuffle(b.X, first), Warp.Shuffle(b.Y, first), k);
            var odd = Single(Warp.Shuffle(b.X, second), Warp.Shuffle(b.Y, second), k);
            c.X += upper * even;
            c.Y += upper * odd;
            c.Z += lower * even;
            c.W += lower * odd;
        }
        return c;
    }

    static float Single(uint early, uint late, int k) =>
        BitConverter.UInt32BitsToSingle(k < 4 ? early : late);

    /// <summary>Tells the PTX backend of this context the instructions.</summary>
    internal static void Register(IntrinsicImplementationManager manager)
    {
        manager.Register(typeof(TensorCore), nameof(ToTf32), nameof(GenerateToTf32));
        manager.Register(typeof(TensorCore), nameof(Multiply), nameof(GenerateMultiply));
    }

    public static void GenerateToTf32(
        PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var target = (PtxRegister.PrimitiveRegister)generator.Allocate(value);
        var operand = generator.LoadPrimitive(value.Nodes[0]);
        using var command = generator.BeginCommand("cvt.rna.tf32.f32");
        command.AppendArgument(target);
        command.AppendArgument(operand);
    }

    public static void GenerateMultiply(
        PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var c = Parts(generator, value.Nodes[0]);
        var a = Parts(generator, value.Nodes[1]);
        var b = Parts(generator, value.Nodes[2]);
        var d = Flat(generator.Allocate(value)).ToArray();
        using var command = generator.BeginCommand(
            "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32");
        command.AppendVectorArgument(d);
        command.AppendVectorArgument(a);
        command.AppendVectorArgument(b);
        command.AppendVectorArgument(c);
    }

    static PtxRegister.PrimitiveRegister[] Parts(PTXCodeGenerator generator, Value value) =>
    [
        .. Flat(generator.Load(value)).Select(register =>
            (PtxRegister.PrimitiveRegister)generator.EnsureHardwareRegister(register)),
    ];

    static IEnumerable<PtxRegister.PrimitiveRegister> Flat(PtxRegister.Register register) =>
        register is PtxRegister.CompoundRegister compound
            ? compound.Children.SelectMany(Flat)
            : [(PtxRegister.PrimitiveRegister)register];
}
