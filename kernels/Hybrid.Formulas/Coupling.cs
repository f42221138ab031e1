using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region coupling
/// <summary>One dimension of an affine coupling layer.</summary>
/// <remarks>x·e^s + t, where s and t are functions of other dimensions; log |dy/dx| = s.</remarks>
[Formula("units of x", "Dinh, Sohl-Dickstein, Bengio 2017, arXiv:1605.08803, eq. 5", Flops = 2, Transcendentals = 1)]
[Argument("x", "x", -8, 8)]
[Argument("s", "s", -4, 4)]
[Argument("t", "t", -8, 8)]
public readonly struct Coupling : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T s, T t) where T : unmanaged, ILane<T> => T.Fma(x, T.Exp(s), t);

    /// <summary>dx = dy·e^s.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T InputGrad<T>(T s, T dy) where T : unmanaged, ILane<T> => dy * T.Exp(s);
}

/// <summary>The way back through an affine coupling layer.</summary>
/// <remarks>(y − t)·e^−s.</remarks>
[Formula("units of x", "Dinh, Sohl-Dickstein, Bengio 2017, arXiv:1605.08803, eq. 8", Flops = 2, Transcendentals = 1)]
[Argument("y", "y", -8, 8)]
[Argument("s", "s", -4, 4)]
[Argument("t", "t", -8, 8)]
public readonly struct CouplingInverse : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T y, T s, T t) where T : unmanaged, ILane<T> => (y - t) * T.Exp(-s);
}
#endregion

/// <summary>e^s, x·e^s and 1.</summary>
public readonly struct CouplingGrad : IGradient3<Coupling>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B, T C) Apply<T>(T x, T s, T t) where T : unmanaged, ILane<T>
    {
        var scale = T.Exp(s);
        return (scale, x * scale, T.Const(1));
    }
}
