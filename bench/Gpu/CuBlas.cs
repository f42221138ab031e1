using System.Runtime.InteropServices;
using Hybrid.Bench.Comparison;
using Hybrid.Devices;
using Hybrid.Devices.Gpu;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Hybrid.Bench;

/// <summary>What a product's factors are rounded to before they meet; sums are float32.</summary>
public enum Factors
{
    /// <summary>Not at all: 24 bits of mantissa, on ordinary cores.</summary>
    Fp32,

    /// <summary>11 bits, on tensor cores, from float32 in memory.</summary>
    Tf32,

    /// <summary>8 bits, on tensor cores, from 16 bits in memory.</summary>
    Bf16,
}

/// <summary>A row-major product as cuBLAS sees it.</summary>
/// <remarks>
/// cuBLAS reads matrices by columns, so where we see C it sees Cᵀ = Bᵀ·Aᵀ: the factors change places, and so do
/// M and N. A factor that lies transposed for us does so for it.
/// </remarks>
/// <param name="FirstTransposed">Whether B lies transposed.</param>
/// <param name="SecondTransposed">Whether A does.</param>
/// <param name="Rows">Of Cᵀ: N.</param>
/// <param name="Columns">Of Cᵀ: M.</param>
/// <param name="Depth">K.</param>
/// <param name="FirstStride">From one row of B to the next.</param>
/// <param name="SecondStride">From one row of A to the next.</param>
readonly record struct ColumnMajor(
    bool FirstTransposed, bool SecondTransposed, int Rows, int Columns, int Depth, int FirstStride, int SecondStride)
{
    public static ColumnMajor Of(GemmOp op, int M, int N, int K) => new(
        op == GemmOp.NT, op == GemmOp.TN, N, M, K, op == GemmOp.NT ? K : N, op == GemmOp.TN ? M : K);
}

/// <summary>cuBLAS on a GPU's own stream and memory.</summary>
sealed unsafe class CuBlas : IDisposable
{
    const int PedanticMath = 2, Tf32Math = 3, DefaultMath = 0;
    const int Float32 = 0, BFloat16 = 14, ComputeFloat32 = 68, DefaultAlgorithm = -1;

    readonly CuBlasLibrary library;
    readonly Factors factors;
    readonly nint handle;

    /// <param name="library">Its functions.</param>
    /// <param name="gpu">Whose stream and context; it must outlive this.</param>
    /// <param name="factors">How products are made.</param>
    /// <exception cref="InvalidOperationException">It does not start, such as under a driver that is too old.</exception>
    public CuBlas(CuBlasLibrary library, GpuDevice gpu, Factors factors)
    {
        (this.library, this.factors) = (library, factors);
        // cuBLAS works in the thread's current context.
        gpu.Stream.Accelerator.Bind();
        nint created;
        Must(library.Create(&created), "cublasCreate_v2");
        handle = created;
        if (gpu.Stream is CudaStream stream) Must(library.SetStream(handle, stream.StreamPtr), "cublasSetStream_v2");
        Must(library.SetMathMode(handle, factors switch
        {
            Factors.Fp32 => PedanticMath,
            Factors.Tf32 => Tf32Math,
            _ => DefaultMath,
        }), "cublasSetMathMode");
    }

    /// <summary>C = A·B, row-major; with <see cref="Factors.Bf16"/> A and B are <see cref="Packed"/>.</summary>
    /// <returns>A launch that allocates nothing; it throws where this GPU does not do it.</returns>
    public Action Product(GpuDevice gpu, BoundProduct product)
    {
        var shape = ColumnMajor.Of(product.Op, product.M, product.N, product.K);
        nint a = Address(gpu, product.A), b = Address(gpu, product.B), c = Address(gpu, product.C);
        if (factors != Factors.Bf16) return () => Single(shape, a, b, c);
        a = Address(gpu, Packed(gpu, product.A));
        b = Address(gpu, Packed(gpu, product.B));
        return () => Mixed(shape, a, b, c);
    }

    void Single(ColumnMajor s, nint a, nint b, nint c)
    {
        float one = 1, zero = 0;
        Must(library.Sgemm(
            handle, s.FirstTransposed ? 1 : 0, s.SecondTransposed ? 1 : 0, s.Rows, s.Columns, s.Depth, &one,
            b, s.FirstStride, a, s.SecondStride, &zero, c, s.Rows), "cublasSgemm_v2");
    }

    void Mixed(ColumnMajor s, nint a, nint b, nint c)
    {
        float one = 1, zero = 0;
        Must(library.GemmEx(
            handle, s.FirstTransposed ? 1 : 0, s.SecondTransposed ? 1 : 0, s.Rows, s.Columns, s.Depth, &one,
            b, BFloat16, s.FirstStride, a, BFloat16, s.SecondStride, &zero, c, Float32, s.Rows,
            ComputeFloat32, DefaultAlgorithm), "cublasGemmEx");
    }

    static nint Address(GpuDevice gpu, Tensor tensor) =>
        gpu.Arena.View(tensor).Words.LoadEffectiveAddressAsPtr();

    /// <summary>A dense tensor in bfloat16, two numbers a word.</summary>
    static Tensor Packed(GpuDevice gpu, Tensor from)
    {
        var values = gpu.ToArray(from);
        var halves = new ushort[(values.Length + 1) / 2 * 2];
        for (var i = 0; i < values.Length; i++) halves[i] = (ushort)(Bits.OfBf16(values[i]) >> 16);
        var to = gpu.Arena.Allocate(1, halves.Length / 2);
        gpu.Upload(MemoryMarshal.Cast<ushort, int>(halves), to);
        return to;
    }

    static void Must(int status, string function)
    {
        if (status != 0) throw new InvalidOperationException($"{function} ended with status {status} (cublasStatus_t)");
    }

    public void Dispose() => library.Destroy(handle);
}

/// <summary>Float32 numbers with fewer bits of mantissa.</summary>
static class Bits
{
    /// <summary>The bits of the nearest bfloat16, ties to even, as float32; for finite numbers.</summary>
    public static uint OfBf16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000;
    }

    public static float Bf16(float value) => BitConverter.UInt32BitsToSingle(OfBf16(value));
}
