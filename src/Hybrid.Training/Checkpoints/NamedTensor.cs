using System.Runtime.InteropServices;

namespace Hybrid.Training.Checkpoints;

/// <summary>Element types of the safetensors format, by the names it gives them.</summary>
public enum TensorType { BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64 }

/// <summary>A tensor as a file holds it: a name, a shape and little-endian bytes, row-major.</summary>
public sealed class NamedTensor
{
    /// <exception cref="ArgumentException">The number of bytes does not fit type and shape.</exception>
    public NamedTensor(string name, TensorType type, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> bytes)
    {
        if (ByteCount(type, shape) != bytes.Length)
            throw new ArgumentException(
                $"{name}: {bytes.Length} bytes are no {type} [{string.Join(", ", shape.ToArray())}].");
        (Name, Type, this.shape, Bytes) = (name, type, shape.ToArray(), bytes);
    }

    readonly long[] shape;

    public string Name { get; }

    public TensorType Type { get; }

    public ReadOnlySpan<long> Shape => shape;

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>A copy of <paramref name="values"/>: what is trained further does not change it.</summary>
    public static NamedTensor Of(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Copy(name, TensorType.F32, values, shape);

    /// <inheritdoc cref="Of(string, ReadOnlySpan{float}, ReadOnlySpan{long})"/>
    public static NamedTensor Of(string name, ReadOnlySpan<double> values, params ReadOnlySpan<long> shape) =>
        Copy(name, TensorType.F64, values, shape);

    /// <inheritdoc cref="Of(string, ReadOnlySpan{float}, ReadOnlySpan{long})"/>
    public static NamedTensor Of(string name, ReadOnlySpan<long> values, params ReadOnlySpan<long> shape) =>
        Copy(name, TensorType.I64, values, shape);

    /// <inheritdoc cref="Of(string, ReadOnlySpan{float}, ReadOnlySpan{long})"/>
    public static NamedTensor Of(string name, ReadOnlySpan<byte> values, params ReadOnlySpan<long> shape) =>
        Copy(name, TensorType.U8, values, shape);

    /// <summary>Bytes of one element.</summary>
    public static int Size(TensorType type) => type switch
    {
        TensorType.I16 or TensorType.U16 or TensorType.F16 or TensorType.BF16 => 2,
        TensorType.I32 or TensorType.U32 or TensorType.F32 => 4,
        TensorType.F64 or TensorType.I64 or TensorType.U64 => 8,
        _ => 1,
    };

    /// <summary>Bytes of a tensor, or −1 for a negative dimension or more than 2⁶³ − 1 bytes.</summary>
    internal static long ByteCount(TensorType type, ReadOnlySpan<long> shape)
    {
        var count = (UInt128)Size(type);
        foreach (var dim in shape)
        {
            if (dim < 0) return -1;
            count *= (UInt128)dim;
            if (count > long.MaxValue) return -1;
        }
        return (long)count;
    }

    static NamedTensor Copy<T>(string name, TensorType type, ReadOnlySpan<T> values, ReadOnlySpan<long> shape)
        where T : unmanaged => new(name, type, shape, MemoryMarshal.AsBytes(values).ToArray());
}
