using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region cross-entropy-slope
/// <summary>softmax(l)_c − y_c: the derivative of −Σ_c y_c log softmax(l)_c by one logit.</summary>
/// <remarks>
/// e^((l − p) − nll) − y with p = Σ_c y_c l_c, what the classes' own logits are: p + nll is the row's
/// log-sum-exp, so no reduction over e^l is needed again.
/// </remarks>
[Formula("1", "Bishop 2006, eq. 4.109", Flops = 3, Transcendentals = 1)]
[Argument("logit", @"\ell", -20, 20)]
[Argument("positive", @"\ell_y", -20, 20)]
[Argument("nll", @"\mathrm{nll}", 0, 40)]
[Argument("y", "y", 0, 1)]
public readonly struct CrossEntropySlope : IFormula4
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logit, T positive, T nll, T y) where T : unmanaged, ILane<T> =>
        T.Exp(logit - positive - nll) - y;
}
#endregion
