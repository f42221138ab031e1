using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>Formulas of a log-SNR by time.</summary>
public enum NoiseCurveKind
{
    /// <summary><see cref="CosineLogSnr"/>, which has no parameters.</summary>
    Cosine,

    /// <summary><see cref="Formulas.StraightLine"/>.</summary>
    StraightLine,

    /// <summary><see cref="LinearBetaLogSnr"/>.</summary>
    LinearBeta,

    /// <summary><see cref="SigmoidLogSnr"/>.</summary>
    Sigmoid,

    /// <summary><see cref="KarrasLogSnr"/>.</summary>
    Karras,
}

/// <summary>A schedule as a kernel takes it: a formula, its parameters, and the part of its time that is used.</summary>
/// <param name="Kind">Which formula.</param>
/// <param name="Start">The formula's time at t = 0.</param>
/// <param name="Length">How much of it passes by t = 1.</param>
/// <param name="First">Its first parameter, where it has one.</param>
/// <param name="Last">Its second.</param>
/// <param name="Rho">Its third.</param>
public readonly record struct NoiseCurve(
    NoiseCurveKind Kind, float Start, float Length, float First, float Last, float Rho)
{
    #region curve
    /// <summary>λ at time t, on any lane; the numbers of a curve as the lane has them.</summary>
    /// <remarks>A chain, because ILGPU makes an indirect jump of a switch; all threads choose alike.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T At<T>(NoiseCurveKind kind, T t, T start, T length, T first, T last, T rho)
        where T : unmanaged, ILane<T>
    {
        var time = T.Fma(t, length, start);
        if (kind == NoiseCurveKind.StraightLine) return Formulas.StraightLine.Apply(time, first, last);
        if (kind == NoiseCurveKind.LinearBeta) return LinearBetaLogSnr.Apply(time, first, last);
        if (kind == NoiseCurveKind.Sigmoid) return SigmoidLogSnr.Apply(time, first, last);
        if (kind == NoiseCurveKind.Karras) return KarrasLogSnr.Apply(time, first, last, rho);
        return CosineLogSnr.Apply(time);
    }
    #endregion
}
