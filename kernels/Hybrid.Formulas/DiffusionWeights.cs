using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region error-ratios
/// <summary>‖x − x̂‖² per ‖ε − ε̂‖² of one prediction: 1/SNR.</summary>
[Formula("1", "Kingma & Gao 2023, arXiv:2303.00848, section 2", Transcendentals = 1)]
[Argument("logSnr", @"\lambda", -15, 15)]
public readonly struct DataErrorRatio : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logSnr) where T : unmanaged, ILane<T> => T.Exp(-logSnr);
}

/// <summary>The same of EDM's F for data of standard deviation s; of v where s = 1.</summary>
/// <remarks>1 + 1/(s²·SNR). Also EDM's weight, which makes every level's loss the error of F.</remarks>
[Formula("1", "Karras et al. 2022, arXiv:2206.00364, eq. 8; Kingma & Gao 2023, arXiv:2303.00848, appendix D",
    Flops = 3, Transcendentals = 1)]
[Argument("logSnr", @"\lambda", -15, 15)]
[Argument("spread", "s", 0.1, 2)]
public readonly struct EdmErrorRatio : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logSnr, T spread) where T : unmanaged, ILane<T> =>
        T.Const(1) + T.Exp(-logSnr) / (spread * spread);
}

/// <summary>The same of the score: 1/σ².</summary>
[Formula("1", "Song et al. 2021, arXiv:2011.13456, eq. 7", Flops = 1, Transcendentals = 1)]
[Argument("logSnr", @"\lambda", -15, 15)]
public readonly struct ScoreErrorRatio : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logSnr) where T : unmanaged, ILane<T> => T.Const(1) + T.Exp(logSnr);
}
#endregion

#region min-snr-weight
/// <summary>min(SNR, γ)/SNR: what min-SNR gives the error of the noise.</summary>
/// <remarks>
/// Of another target it is this by that target's ratio: min(SNR, γ) of x, min(SNR, γ)/(SNR + 1) of v.
/// </remarks>
[Formula("1", "Hang et al. 2023, arXiv:2303.09556, eq. 8", Flops = 2, Transcendentals = 1)]
[Argument("logSnr", @"\lambda", -15, 15)]
[Argument("gamma", @"\gamma", 1, 20)]
public readonly struct MinSnrWeight : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logSnr, T gamma) where T : unmanaged, ILane<T> =>
        T.Min(T.Const(1), gamma * T.Exp(-logSnr));
}
#endregion

#region p2-weight
/// <summary>(k + SNR)^−γ: less weight on levels where details are cleaned.</summary>
[Formula("1", "Choi et al. 2022, arXiv:2204.00227, eq. 8", Flops = 2, Transcendentals = 3)]
[Argument("logSnr", @"\lambda", -15, 15)]
[Argument("k", "k", 0.1, 2)]
[Argument("gamma", @"\gamma", 0, 2)]
public readonly struct P2Weight : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logSnr, T k, T gamma) where T : unmanaged, ILane<T> =>
        T.Exp(-(gamma * T.Log(k + T.Exp(logSnr))));
}
#endregion

#region sigmoid-weight
/// <summary>A weight that falls from 1 to 0 as the signal passes e^b: falling everywhere.</summary>
[Formula("1", "Kingma & Gao 2023, arXiv:2303.00848, section 5", Flops = 1, Transcendentals = 1)]
[Argument("logSnr", @"\lambda", -15, 15)]
[Argument("bias", "b", -4, 4)]
public readonly struct SigmoidWeight : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logSnr, T bias) where T : unmanaged, ILane<T> => T.Sigmoid(bias - logSnr);
}
#endregion

#region log-normal-density
/// <summary>Density in λ of noise σ whose logarithm is N(m, s²): how EDM draws its levels.</summary>
/// <remarks>λ = −2 log σ is N(−2m, 4s²).</remarks>
[Formula("1", "Karras et al. 2022, arXiv:2206.00364, table 1", Flops = 8, Transcendentals = 1)]
[Argument("logSnr", @"\lambda", -15, 15)]
[Argument("mean", "m", -3, 1)]
[Argument("spread", "s", 1, 2)]
public readonly struct LogNormalDensity : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logSnr, T mean, T spread) where T : unmanaged, ILane<T>
    {
        var twice = T.Const(2) * spread;
        var u = T.Fma(T.Const(2), mean, logSnr) / twice;
        return T.Exp(-(T.Const(0.5) * u * u)) / (T.Const(Math.Sqrt(Math.Tau)) * twice);
    }
}
#endregion
