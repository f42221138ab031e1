namespace Hybrid.Information;

/// <summary>Levels of noise drawn where a loss scatters: the monotone schedule of least variance.</summary>
/// <remarks>
/// Between its ends a schedule γ(t) changes the variance of the continuous bound and nothing else; VDM trains a monotone
/// network for γ to lower it (Kingma et al. 2021, arXiv:2107.00630, eq. 18 and section 5.1). The minimum needs no
/// training: E L² = ∫ m(λ)/p(λ) dλ ≥ (∫ √m dλ)² with m(λ) the second moment of the weighted loss at λ, and p ∝ √m
/// reaches it. Here m is measured in bins, and γ is the inverse of what p adds up to: piecewise linear, monotone.
/// </remarks>
public sealed class LearnedLevels
{
    /// <summary>Part of the draws that stays uniform: a bin that was measured as empty is seen again.</summary>
    const double Kept = 0.1;

    readonly double[] share;
    readonly double cleanest, width;

    LearnedLevels(double[] share, double cleanest, double width) =>
        (this.share, this.cleanest, this.width) = (share, cleanest, width);

    /// <summary>Levels for a loss of these second moments.</summary>
    /// <param name="secondMoments">E of the squared loss in equal bins of λ, the cleanest first; any unit.</param>
    /// <param name="cleanest">λ at t = 0.</param>
    /// <param name="noisiest">λ at t = 1, below it.</param>
    /// <exception cref="ArgumentException">
    /// No bins, an order that is no schedule's, or moments that are none.
    /// </exception>
    public static LearnedLevels Of(ReadOnlySpan<double> secondMoments, double cleanest, double noisiest)
    {
        if (secondMoments.Length == 0 || !(cleanest > noisiest))
            throw new ArgumentException($"{secondMoments.Length} bins between {cleanest} and {noisiest} are no levels");
        var roots = new double[secondMoments.Length];
        var sum = 0.0;
        for (var k = 0; k < roots.Length; k++)
        {
            if (!(secondMoments[k] >= 0) || double.IsInfinity(secondMoments[k]))
                throw new ArgumentException($"a second moment is a finite number of at least 0, not {secondMoments[k]}");
            sum += roots[k] = Math.Sqrt(secondMoments[k]);
        }
        var kept = sum > 0 ? Kept : 1;
        for (var k = 0; k < roots.Length; k++)
            roots[k] = kept / roots.Length + (sum > 0 ? (1 - kept) * roots[k] / sum : 0);
        return new(roots, cleanest, (cleanest - noisiest) / roots.Length);
    }

    #region learned-schedule
    /// <summary>γ(t) and p(λ) there: λ falls from the cleanest at 0 to the noisiest at 1.</summary>
    /// <param name="time">t in [0, 1].</param>
    public (double LogSnr, double Density) At(double time)
    {
        var k = 0;
        while (k < share.Length - 1 && time >= share[k]) time -= share[k++];
        return (cleanest - (k + Math.Clamp(time / share[k], 0, 1)) * width, share[k] / width);
    }
    #endregion
}
