using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region info-nce-term
/// <summary>e^(s − max): a candidate's weight beside the best of its row.</summary>
/// <remarks>At most 1, so a sum of them cannot overflow; at least one of them is 1.</remarks>
[Formula("1", "van den Oord, Li, Vinyals 2018, arXiv:1807.03748, eq. 4, shifted",
    Flops = 1, Transcendentals = 1)]
[Argument("score", "s", -20, 20)]
[Argument("max", @"s_{\max}", -20, 20)]
public readonly struct InfoNceTerm : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T score, T max) where T : unmanaged, ILane<T> => T.Exp(score - max);
}
#endregion

/// <summary>e^(s − max) and its negative.</summary>
public readonly struct InfoNceTermGrad : IGradient2<InfoNceTerm>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B) Apply<T>(T score, T max) where T : unmanaged, ILane<T>
    {
        var term = T.Exp(score - max);
        return (term, -term);
    }
}

#region info-nce
/// <summary>
/// −log of the probability that a critic gives the true partner among a row's candidates, in nats.
/// </summary>
/// <remarks>log Σ_j e^(s_j − max) + (max − s_ii): the row's log-sum-exp above the positive score.</remarks>
[Formula("nats", "van den Oord, Li, Vinyals 2018, arXiv:1807.03748, eq. 4", Flops = 2, Transcendentals = 1)]
[Argument("sum", @"\Sigma", 1, 4096)]
[Argument("max", @"s_{\max}", -20, 20)]
[Argument("positive", "s_{ii}", -20, 20)]
public readonly struct InfoNce : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T sum, T max, T positive) where T : unmanaged, ILane<T> =>
        T.Log(sum) + (max - positive);
}
#endregion

/// <summary>1/Σ, 1 and −1.</summary>
public readonly struct InfoNceGrad : IGradient3<InfoNce>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T A, T B, T C) Apply<T>(T sum, T max, T positive) where T : unmanaged, ILane<T> =>
        (T.Const(1) / sum, T.Const(1), T.Const(-1));
}

#region info-nce-weights
/// <summary>
/// The probability that a critic gives a candidate, and the derivative of nll by its score.
/// </summary>
/// <remarks>
/// e^((s − s_ii) − nll), the softmax: nll holds the row's sum already, so no reduction is needed again.
/// </remarks>
[Formula("1", "van den Oord, Li, Vinyals 2018, arXiv:1807.03748, eq. 4 as a probability",
    Flops = 2, Transcendentals = 1)]
[Argument("score", "s", -20, 20)]
[Argument("positive", "s_{ii}", -20, 20)]
[Argument("nll", @"\mathrm{nll}", 0, 40)]
public readonly struct InfoNceWeight : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T score, T positive, T nll) where T : unmanaged, ILane<T> =>
        T.Exp(score - positive - nll);
}

/// <summary>The derivative of nll by the positive score: its probability less 1.</summary>
/// <remarks>e^−nll − 1, accurate also where the critic is nearly certain.</remarks>
[Formula("1", "van den Oord, Li, Vinyals 2018, arXiv:1807.03748, eq. 4 as a probability, less 1",
    Transcendentals = 1)]
[Argument("nll", @"\mathrm{nll}", 0, 40)]
public readonly struct InfoNcePositiveWeight : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T nll) where T : unmanaged, ILane<T> => T.Expm1(-nll);
}
#endregion
