using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>Standard normal numbers from uniform ones.</summary>
public static class Normal
{
    #region box-muller
    /// <summary>Two independent N(0, 1) draws from two uniform draws in [0, 1).</summary>
    /// <remarks>
    /// Box &amp; Muller 1958: r = √(−2 log(1 − u₁)), (r cos 2πu₂, r sin 2πu₂). 1 − u₁ is exact and never 0;
    /// with 24-bit uniforms |n| ≤ 5.77.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T First, T Second) BoxMuller<T>(T u1, T u2) where T : unmanaged, IFloat32Lane<T>
    {
        var radius = T.Sqrt(T.Const(-2) * LaneMath.LogOfNormal(T.Const(1) - u1));
        LaneMath.SinCosOfUnit(u2, out var sin, out var cos);
        return (radius * cos, radius * sin);
    }
    #endregion
}
