using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>What a gradient is multiplied by so that its norm is at most c.</summary>
/// <remarks>min(1, c/√s) with s the sum of its squares: a gradient of no length stays what it is.</remarks>
[Formula("1", "Pascanu et al. 2013, arXiv:1211.5063, algorithm 1", Flops = 3)]
[Argument("squares", "s", 0.001, 1000)]
[Argument("limit", "c", 0.1, 10)]
public readonly struct GradientClip : IFormula2
{
    /// <summary>Squares that are summed by themselves first, as every device does it.</summary>
    public const int Chunk = 1024;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T squares, T limit) where T : unmanaged, ILane<T> =>
        T.Min(T.Const(1), limit / T.Sqrt(squares));
}
