using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Formulas;

/// <summary>Rows of 32-bit words: the integer half of a value lane, for counter-based noise.</summary>
/// <typeparam name="TWord">The lane itself.</typeparam>
/// <typeparam name="TFloat">The float lane of the same width.</typeparam>
public interface IWordLane<TWord, TFloat>
    where TWord : unmanaged, IWordLane<TWord, TFloat>
    where TFloat : unmanaged, IVectorLane<TFloat>
{
    static abstract TWord Const(uint value);

    /// <summary>0, 1, 2, … Width − 1.</summary>
    static abstract TWord Indices { get; }

    static abstract TWord operator +(TWord a, TWord b);

    static abstract TWord operator ^(TWord a, TWord b);

    /// <summary>The lower 32 bits of a·b.</summary>
    static abstract TWord operator *(TWord a, TWord b);

    /// <summary>The upper 32 bits of a·b.</summary>
    static abstract TWord MulHigh(TWord a, TWord b);

    /// <summary>The upper 24 bits as a float in [0, 1): exact.</summary>
    static abstract TFloat ToUnit(TWord word);
}

/// <summary>One word: a GPU thread's.</summary>
public readonly struct U32(uint v) : IWordLane<U32, F32>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly uint V = v;

    [MethodImpl(Inline)] public static U32 Const(uint value) => new(value);

    public static U32 Indices => new(0);

    [MethodImpl(Inline)] public static U32 operator +(U32 a, U32 b) => new(a.V + b.V);

    [MethodImpl(Inline)] public static U32 operator ^(U32 a, U32 b) => new(a.V ^ b.V);

    [MethodImpl(Inline)] public static U32 operator *(U32 a, U32 b) => new(a.V * b.V);

    [MethodImpl(Inline)] public static U32 MulHigh(U32 a, U32 b) => new(Exact.MulHigh(a.V, b.V));

    [MethodImpl(Inline)]
    public static F32 ToUnit(U32 word) => new(Exact.Mul((int)(word.V >> 8), 5.9604644775390625e-08f));
}

/// <summary>Eight words.</summary>
public readonly struct U32x8(Vector256<uint> v) : IWordLane<U32x8, F32x8>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly Vector256<uint> V = v;

    [MethodImpl(Inline)] public static U32x8 Const(uint value) => new(Vector256.Create(value));

    public static U32x8 Indices => new(Vector256<uint>.Indices);

    [MethodImpl(Inline)] public static U32x8 operator +(U32x8 a, U32x8 b) => new(a.V + b.V);

    [MethodImpl(Inline)] public static U32x8 operator ^(U32x8 a, U32x8 b) => new(a.V ^ b.V);

    [MethodImpl(Inline)] public static U32x8 operator *(U32x8 a, U32x8 b) => new(a.V * b.V);

    [MethodImpl(Inline)]
    public static U32x8 MulHigh(U32x8 a, U32x8 b)
    {
        var even = Wide(a.V, b.V) >>> 32;
        var odd = Wide((a.V.AsUInt64() >>> 32).AsUInt32(), (b.V.AsUInt64() >>> 32).AsUInt32());
        return new((even | (odd & Vector256.Create(0xFFFFFFFF00000000))).AsUInt32());
    }

    /// <summary>64-bit products of the even words.</summary>
    [MethodImpl(Inline)]
    static Vector256<ulong> Wide(Vector256<uint> a, Vector256<uint> b) => Avx2.IsSupported
        ? Avx2.Multiply(a, b)
        : (a.AsUInt64() & Vector256.Create(0xFFFFFFFFul)) * (b.AsUInt64() & Vector256.Create(0xFFFFFFFFul));

    [MethodImpl(Inline)]
    public static F32x8 ToUnit(U32x8 word) =>
        new(Vector256.ConvertToSingle((word.V >>> 8).AsInt32()) * Vector256.Create(5.9604644775390625e-08f));
}

/// <summary>Sixteen words.</summary>
public readonly struct U32x16(Vector512<uint> v) : IWordLane<U32x16, F32x16>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly Vector512<uint> V = v;

    [MethodImpl(Inline)] public static U32x16 Const(uint value) => new(Vector512.Create(value));

    public static U32x16 Indices => new(Vector512<uint>.Indices);

    [MethodImpl(Inline)] public static U32x16 operator +(U32x16 a, U32x16 b) => new(a.V + b.V);

    [MethodImpl(Inline)] public static U32x16 operator ^(U32x16 a, U32x16 b) => new(a.V ^ b.V);

    [MethodImpl(Inline)] public static U32x16 operator *(U32x16 a, U32x16 b) => new(a.V * b.V);

    [MethodImpl(Inline)]
    public static U32x16 MulHigh(U32x16 a, U32x16 b)
    {
        var even = Wide(a.V, b.V) >>> 32;
        var odd = Wide((a.V.AsUInt64() >>> 32).AsUInt32(), (b.V.AsUInt64() >>> 32).AsUInt32());
        return new((even | (odd & Vector512.Create(0xFFFFFFFF00000000))).AsUInt32());
    }

    /// <summary>64-bit products of the even words.</summary>
    [MethodImpl(Inline)]
    static Vector512<ulong> Wide(Vector512<uint> a, Vector512<uint> b) => Avx512F.IsSupported
        ? Avx512F.Multiply(a, b)
        : (a.AsUInt64() & Vector512.Create(0xFFFFFFFFul)) * (b.AsUInt64() & Vector512.Create(0xFFFFFFFFul));

    [MethodImpl(Inline)]
    public static F32x16 ToUnit(U32x16 word) =>
        new(Vector512.ConvertToSingle((word.V >>> 8).AsInt32()) * Vector512.Create(5.9604644775390625e-08f));
}
