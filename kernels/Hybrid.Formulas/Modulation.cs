using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region modulated
/// <summary>A normalised number with the scale and shift that its condition asks for.</summary>
/// <remarks>x̂(1 + s) + b: a network that answers 0 for s and b leaves x̂ as it is.</remarks>
[Formula("units of b", "Peebles & Xie 2023, arXiv:2212.09748, section 3.2, adaLN", Flops = 3)]
[Argument("normalized", @"\hat x", -8, 8)]
[Argument("shift", "b", -4, 4)]
[Argument("scale", "s", -4, 4)]
public readonly struct Modulated : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T normalized, T shift, T scale) where T : unmanaged, ILane<T> =>
        T.Fma(normalized, T.Const(1) + scale, shift);
}

/// <summary>1 + s, 1 and x̂.</summary>
public readonly struct ModulatedGrad : IGradient3<Modulated>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B, T C) Apply<T>(T normalized, T shift, T scale) where T : unmanaged, ILane<T> =>
        (T.Const(1) + scale, T.Const(1), normalized);
}
#endregion

#region gated
/// <summary>A residual branch behind a gate that its condition opens.</summary>
/// <remarks>x + g·h: with a gate of 0, as training starts, the block does nothing.</remarks>
[Formula("units of x", "Peebles & Xie 2023, arXiv:2212.09748, section 3.2, adaLN-Zero", Flops = 2)]
[Argument("x", "x", -8, 8)]
[Argument("h", "h", -8, 8)]
[Argument("gate", "g", -4, 4)]
public readonly struct Gated : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T h, T gate) where T : unmanaged, ILane<T> => T.Fma(gate, h, x);
}

/// <summary>1, g and h.</summary>
public readonly struct GatedGrad : IGradient3<Gated>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B, T C) Apply<T>(T x, T h, T gate) where T : unmanaged, ILane<T> =>
        (T.Const(1), gate, h);
}
#endregion
