using System.Globalization;

namespace Hybrid.Models;

/// <summary>Whether a loss is a mixture of variational bounds, and of which.</summary>
/// <remarks>
/// Kingma &amp; Gao 2023, arXiv:2303.00848, theorem 1: ½∫ w(λ) E‖ε − ε̂‖² dλ = ∫ −w′(λ) L(λ) dλ + w(λ_max)·L(λ_max)
/// up to a constant, with L(λ) the bound of data that already have the noise of λ. Where w nowhere grows with λ,
/// −w′ is a density and the loss is the mean of bounds; where it grows, some of the bounds are made worse.
/// </remarks>
public sealed class WeightingAnalysis
{
    /// <summary>
    /// w may rise by so many parts of its largest value before it counts: rounding of two formulas.
    /// </summary>
    const double Rounding = 1e-12;

    WeightingAnalysis(string weighting, string schedule, double[] logSnr, double[] weight)
    {
        (Weighting, Schedule, LogSnr, Weight) = (weighting, schedule, logSnr, weight);
        var peak = 0;
        for (var i = 1; i < weight.Length; i++)
        {
            if (weight[i] > weight[peak]) peak = i;
            // i counts towards noise, where w must not fall.
            var fall = weight[i - 1] - weight[i];
            if (fall > 0) (Falls, RisingFrom) = (Falls + fall, Math.Min(RisingFrom, logSnr[i]));
        }
        PeakLogSnr = logSnr[peak];
        var largest = weight[peak];
        Falls /= largest;
        IsMixtureOfBounds = Falls <= Rounding * weight.Length;
    }

    public string Weighting { get; }

    public string Schedule { get; }

    /// <summary>λ of the curve, from clean to noisy.</summary>
    public double[] LogSnr { get; }

    /// <summary>w(λ), as training with that schedule has it; its scale means nothing.</summary>
    public double[] Weight { get; }

    /// <summary>Whether w nowhere grows with λ on the schedule's levels.</summary>
    public bool IsMixtureOfBounds { get; }

    /// <summary>λ where w is largest.</summary>
    public double PeakLogSnr { get; }

    /// <summary>Sum of the falls of w towards noise, as a part of its largest value: 0 of a mixture.</summary>
    public double Falls { get; }

    /// <summary>The noisiest λ from which on w grows with λ; +∞ of a mixture.</summary>
    public double RisingFrom { get; } = double.PositiveInfinity;

    /// <summary>Where the bounds of the mixture start: mass of −w′ dλ between neighbouring levels, and at the
    /// cleanest what w has there. Sums to 1 for a mixture; a negative entry is a bound made worse.</summary>
    public double[] Mixture()
    {
        var mass = new double[Weight.Length];
        mass[0] = Weight[0] / Weight[^1];
        for (var i = 1; i < mass.Length; i++) mass[i] = (Weight[i] - Weight[i - 1]) / Weight[^1];
        return mass;
    }

    /// <summary>Draws w(λ) of a weighting under a schedule at so many times.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two points.</exception>
    public static WeightingAnalysis Of(LossWeighting weighting, NoiseSchedule schedule, int points = 1001)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        double[] logSnr = new double[points], weight = new double[points];
        for (var i = 0; i < points; i++)
        {
            var t = i / (points - 1.0);
            logSnr[i] = schedule.LogSnr(t);
            weight[i] = weighting.Objective(logSnr[i], schedule.Density(t));
        }
        return new(weighting.ToString(), schedule.Name, logSnr, weight);
    }

    /// <summary>One line a person can read.</summary>
    public override string ToString() => IsMixtureOfBounds
        ? $"{Weighting}, {Schedule} schedule: w never grows with λ: a mixture of ELBOs"
        : string.Create(CultureInfo.InvariantCulture,
            $"{Weighting}, {Schedule} schedule: w grows with λ from {RisingFrom:0.##} on, and is largest at "
            + $"{PeakLogSnr:0.##}: no mixture of ELBOs");
}
