using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>One word: a GPU thread's.</summary>
public readonly struct U32(uint v) : IWordLane<U32, F32>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly uint V = v;

    [MethodImpl(Inline)] public static U32 Const(uint value) => new(value);

    public static U32 Indices => new(0);

    [MethodImpl(Inline)] public static U32 operator +(U32 a, U32 b) => new(a.V + b.V);

    [MethodImpl(Inline)] public static U32 Xor(U32 a, U32 b, U32 c) => new(a.V ^ b.V ^ c.V);

    [MethodImpl(Inline)] public static U32 operator *(U32 a, U32 b) => new(a.V * b.V);

    [MethodImpl(Inline)] public static U32 MulHigh(U32 a, U32 b) => new(Exact.MulHigh(a.V, b.V));

    [MethodImpl(Inline)]
    public static F32 ToUnit(U32 word) => new(Exact.Mul((int)(word.V >> 8), 5.9604644775390625e-08f));
}
