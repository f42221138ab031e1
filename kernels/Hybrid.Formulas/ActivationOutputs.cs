using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>1 where y = max(x, 0) is positive, else 0: ReLU's derivative, read off its output.</summary>
[Formula("1", "Nair & Hinton 2010", Flops = 1)]
[Argument("y", "y", 0, 10)]
public readonly struct ReluGradFromOutput : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T y) where T : unmanaged, ILane<T> =>
        T.WhereLess(T.Const(0), y, T.Const(1), T.Const(0));
}

/// <summary>1 − y²: the derivative of y = tanh x, read off its output.</summary>
[Formula("1", "LeCun et al. 1998, section 4.4", Flops = 2)]
[Argument("y", "y", -1, 1)]
public readonly struct TanhGradFromOutput : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T y) where T : unmanaged, ILane<T> => T.Fma(-y, y, T.Const(1));
}

/// <summary>y·(1 − y): the derivative of y = σ(x), read off its output.</summary>
[Formula("1", "Bishop 2006, eq. 4.88", Flops = 2)]
[Argument("y", "y", 0, 1)]
public readonly struct SigmoidGradFromOutput : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T y) where T : unmanaged, ILane<T> => T.Fma(-y, y, y);
}
