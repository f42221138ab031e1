using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.Frontend.Intrinsic;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using PtxRegister = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>;

namespace Hybrid.Kernels;

/// <summary>A lane's four words of a left factor, 16 rows by 8 words of k.</summary>
public struct LeftFragment
{
    public uint X, Y, Z, W;
}

/// <summary>A lane's two words of a right factor, 8 words of k by 8 columns.</summary>
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
/// PTX ISA 8.0, m16n8k8 in tf32 and m16n8k16 in bf16. Both are eight words of 32 bits deep: a
/// word is one tf32, or two bf16 that are neighbours along k, the first in the lower half.
/// With g = lane / 4 and t = lane mod 4 a lane holds of the left factor the words (g, t),
/// (g + 8, t), (g, t + 4), (g + 8, t + 4); of the right one (t, g), (t + 4, g); of the sums
/// (g, 2t), (g, 2t + 1), (g + 8, 2t), (g + 8, 2t + 1). How the hardware rounds its sums is not
/// documented, so this is not for exact kernels.
/// </remarks>
public static class TensorCore
{
    /// <summary>Of a product; the depth is in words.</summary>
    public const int Rows = 16, Columns = 8, Depth = 8;

    /// <summary>x with ten bits of mantissa, ties away from zero.</summary>
    [IntrinsicImplementation]
    public static uint ToTf32(float x) =>
        float.IsFinite(x)
            ? (BitConverter.SingleToUInt32Bits(x) + 0x1000u) & 0xFFFFE000u
            : BitConverter.SingleToUInt32Bits(x);

    /// <summary>Two numbers with seven bits of mantissa, ties to even, the first below.</summary>
    [IntrinsicImplementation]
    public static uint ToBf16(float first, float second) =>
        UpperHalf(first) >> 16 | UpperHalf(second);

    static uint UpperHalf(float x)
    {
        if (float.IsNaN(x)) return 0x7FFF0000;
        var bits = BitConverter.SingleToUInt32Bits(x);
        return (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000;
    }

    /// <summary>c + a·b of a warp's tile in tf32; all 32 lanes take part.</summary>
    [IntrinsicImplementation]
    public static SumFragment MultiplyTf32(SumFragment c, LeftFragment a, RightFragment b) =>
        Multiply(c, a, b, halves: false);

    /// <summary>c + a·b of a warp's tile in bf16; all 32 lanes take part.</summary>
    [IntrinsicImplementation]
    public static SumFragment MultiplyBf16(SumFragment c, LeftFragment a, RightFragment b) =>
        Multiply(c, a, b, halves: true);

    /// <summary>What the simulator does.</summary>
    static SumFragment Multiply(SumFragment c, LeftFragment a, RightFragment b, bool halves)
    {
        int group = Warp.LaneIdx >> 2, inGroup = Warp.LaneIdx & 3;
        for (var k = 0; k < Depth; k++)
        {
            // Who holds column k of rows g and g + 8, and row k of columns 2t and 2t + 1.
            var left = group * 4 + (k & 3);
            int first = 8 * inGroup + (k & 3), second = 8 * inGroup + 4 + (k & 3);
            uint x = Warp.Shuffle(a.X, left), y = Warp.Shuffle(a.Y, left);
            uint z = Warp.Shuffle(a.Z, left), w = Warp.Shuffle(a.W, left);
            uint early = Warp.Shuffle(b.X, first), late = Warp.Shuffle(b.Y, first);
            uint earlyOdd = Warp.Shuffle(b.X, second), lateOdd = Warp.Shuffle(b.Y, second);
            uint upper = k < 4 ? x : z, lower = k < 4 ? y : w;
            uint even = k < 4 ? early : late, odd = k < 4 ? earlyOdd : lateOdd;
            if (halves) c = Add(c, upper << 16, lower << 16, even << 16, odd << 16);
            var part = halves ? 0xFFFF0000 : uint.MaxValue;
            c = Add(c, upper & part, lower & part, even & part, odd & part);
        }
        return c;
    }

    static SumFragment Add(SumFragment c, uint upper, uint lower, uint even, uint odd) => new()
    {
        X = c.X + Single(upper) * Single(even),
        Y = c.Y + Single(upper) * Single(odd),
        Z = c.Z + Single(lower) * Single(even),
        W = c.W + Single(lower) * Single(odd),
    };

    static float Single(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    /// <summary>
    /// Four matrices of 8 rows by 4 words from shared memory: word t of row g of each. Lane
    /// 8i + r gives where row r of matrix i begins, a multiple of 16 bytes.
    /// </summary>
    [IntrinsicImplementation]
    public static LeftFragment LoadMatrices(ref uint row)
    {
        uint first = row, second = Unsafe.Add(ref row, 1);
        uint third = Unsafe.Add(ref row, 2), fourth = Unsafe.Add(ref row, 3);
        return new() { X = Word(0), Y = Word(1), Z = Word(2), W = Word(3) };

        uint Word(int matrix)
        {
            var lane = 8 * matrix + (Warp.LaneIdx >> 2);
            uint w0 = Warp.Shuffle(first, lane), w1 = Warp.Shuffle(second, lane);
            uint w2 = Warp.Shuffle(third, lane), w3 = Warp.Shuffle(fourth, lane);
            return (Warp.LaneIdx & 3) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 };
        }
    }

    /// <summary>Tells the PTX backend of this context the instructions.</summary>
    internal static void Register(IntrinsicImplementationManager manager)
    {
        manager.Register(typeof(TensorCore), nameof(ToTf32), nameof(GenerateToTf32));
        manager.Register(typeof(TensorCore), nameof(ToBf16), nameof(GenerateToBf16));
        manager.Register(typeof(TensorCore), nameof(MultiplyTf32), nameof(GenerateMultiplyTf32));
        manager.Register(typeof(TensorCore), nameof(MultiplyBf16), nameof(GenerateMultiplyBf16));
        manager.Register(typeof(TensorCore), nameof(LoadMatrices), nameof(GenerateLoadMatrices));
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

    public static void GenerateToBf16(
        PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var target = (PtxRegister.PrimitiveRegister)generator.Allocate(value);
        var first = generator.LoadPrimitive(value.Nodes[0]);
        var second = generator.LoadPrimitive(value.Nodes[1]);
        // The instruction names the upper half first.
        using var command = generator.BeginCommand("cvt.rn.bf16x2.f32");
        command.AppendArgument(target);
        command.AppendArgument(second);
        command.AppendArgument(first);
    }

    public static void GenerateMultiplyTf32(
        PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        GenerateMultiply(
            generator, value, "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32");

    public static void GenerateMultiplyBf16(
        PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        GenerateMultiply(
            generator, value, "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32");

    static void GenerateMultiply(PTXCodeGenerator generator, Value value, string instruction)
    {
        var c = Parts(generator, value.Nodes[0]);
        var a = Parts(generator, value.Nodes[1]);
        var b = Parts(generator, value.Nodes[2]);
        var d = Flat(generator.Allocate(value)).ToArray();
        using var command = generator.BeginCommand(instruction);
        command.AppendVectorArgument(d);
        command.AppendVectorArgument(a);
        command.AppendVectorArgument(b);
        command.AppendVectorArgument(c);
    }

    public static void GenerateLoadMatrices(
        PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var row = generator.Pointer(value.Nodes[0], MemoryAddressSpace.Shared);
        var words = Flat(generator.Allocate(value)).ToArray();
        using var command = generator.BeginCommand(
            "ldmatrix.sync.aligned.m8n8.x4.shared.b16");
        command.AppendVectorArgument(words);
        command.AppendArgumentValue(row);
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
