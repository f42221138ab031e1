namespace Hybrid.Information;

/// <summary>What one weight β bought: a point of the rate–distortion plane, nats per example.</summary>
/// <param name="Beta">Weight of the rate in the objective D + β·R.</param>
/// <param name="Distortion">D = E[−log p(x | z)].</param>
/// <param name="Rate">R = E KL(q(z | x) ‖ p(z)).</param>
/// <param name="MutualInformation">I_q(n; z) of the same examples; never more than R.</param>
/// <param name="ActiveUnits">Latent dimensions that the encoder uses.</param>
public sealed record RateDistortionPoint(
    double Beta, double Distortion, double Rate, double MutualInformation, int ActiveUnits)
{
    /// <summary>D + R: −ELBO, whatever β was.</summary>
    public double NegativeElbo => Distortion + Rate;
}

/// <summary>The frontier that a sweep of β traces: H − D ≤ I_q ≤ R at every point, and ∂D/∂R = −β.</summary>
/// <remarks>Alemi et al. 2018, arXiv:1711.00464, section 2 and eq. 6.</remarks>
public sealed class RateDistortionFrontier
{
    readonly RateDistortionPoint[] points;

    /// <param name="points">In any order; no β twice.</param>
    /// <param name="entropy">H of the data, nats; null where it is not known.</param>
    public RateDistortionFrontier(IEnumerable<RateDistortionPoint> points, double? entropy) =>
        (this.points, Entropy) = ([.. points.OrderBy(point => point.Beta)], entropy);

    /// <summary>By β, so that rates fall where training has found the optimum.</summary>
    public IReadOnlyList<RateDistortionPoint> Points => points;

    /// <summary>H, nats per example; null where it is not known.</summary>
    public double? Entropy { get; }

    /// <summary>H − D: what the decoder has proved that z knows; below 0 it says nothing.</summary>
    public double? Proved(int i) => Entropy - points[i].Distortion;

    /// <summary>∂D/∂R at point i from its neighbours; at the optimum −β.</summary>
    /// <remarks>
    /// The derivative of the parabola through three points of a curve D(R). Null at both ends, whose one neighbour
    /// gives a slope between the two and at neither, and where two rates are equal.
    /// </remarks>
    public double? Slope(int i)
    {
        if (i == 0 || i == points.Length - 1) return null;
        #region slope
        var (left, here, right) = (points[i - 1], points[i], points[i + 1]);
        var (h, k) = (here.Rate - left.Rate, right.Rate - here.Rate);
        var before = (here.Distortion - left.Distortion) / h;
        var after = (right.Distortion - here.Distortion) / k;
        var slope = (k * before + h * after) / (h + k);
        #endregion
        return double.IsFinite(slope) ? slope : null;
    }
}
