using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region inverse-deviation
/// <summary>One over the standard deviation of the numbers that are normalised together.</summary>
/// <remarks>
/// 1/√(v + ε), with v the mean of (x − μ)², not n/(n − 1) times that; ε keeps equal numbers finite.
/// </remarks>
[Formula("per unit of x", "Wu & He 2018, arXiv:1803.08494, eq. 3; Ba et al. 2016, arXiv:1607.06450, eq. 3",
    Flops = 3)]
[Argument("variance", "v", 0, 100)]
[Argument("epsilon", @"\epsilon", 1e-6, 1e-2)]
public readonly struct InverseDeviation : IFormula2
{
    /// <summary>ε of groups and of layers: 10⁻⁵.</summary>
    public const float DefaultEpsilon = 1e-5f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T variance, T epsilon) where T : unmanaged, ILane<T> =>
        T.Const(1) / T.Sqrt(variance + epsilon);
}
#endregion

#region normalized
/// <summary>How many standard deviations a number lies above the mean of those normalised with it.</summary>
/// <remarks>x̂ = (x − μ)·r, with r the <see cref="InverseDeviation"/>.</remarks>
[Formula("1", "Wu & He 2018, arXiv:1803.08494, eq. 1; Ba et al. 2016, arXiv:1607.06450, eq. 4",
    Flops = 2)]
[Argument("x", "x", -8, 8)]
[Argument("mean", @"\mu", -8, 8)]
[Argument("inverse", "r", 0.01, 100)]
public readonly struct Normalized : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T mean, T inverse) where T : unmanaged, ILane<T> => (x - mean) * inverse;
}
#endregion

#region normalized-adjoint
/// <summary>The adjoint of x in standard deviations, from that of x̂: times r it is the adjoint of x.</summary>
/// <remarks>
/// g − ḡ − x̂·c with ḡ the mean of g and c the mean of g·x̂ over the numbers normalised together. What a shift
/// or a stretch of all of them would change is taken out, because normalisation undoes both.
/// </remarks>
[Formula("objective per standard deviation", "Ioffe & Szegedy 2015, arXiv:1502.03167, section 3, summed up",
    Flops = 3)]
[Argument("normalized", @"\hat x", -8, 8)]
[Argument("g", "g", -8, 8)]
[Argument("mean", @"\bar g", -8, 8)]
[Argument("correlation", "c", -8, 8)]
public readonly struct NormalizedAdjoint : IFormula4
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T normalized, T g, T mean, T correlation) where T : unmanaged, ILane<T> =>
        T.Fma(-normalized, correlation, g - mean);
}
#endregion
