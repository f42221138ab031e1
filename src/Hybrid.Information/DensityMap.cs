namespace Hybrid.Information;

/// <summary>q(z) and the prior p(z) over a square of a latent plane: where are the holes?</summary>
/// <remarks>
/// A hole is where p is large and q is not: the decoder has seen no such z, and a draw from the prior lands there
/// (Hoffman &amp; Johnson 2016; Rezende &amp; Viola 2018, arXiv:1810.00597, section 5).
/// </remarks>
public sealed class DensityMap
{
    /// <summary>Cells along each side.</summary>
    public const int Side = 400;

    /// <summary>Outside ±5 a dimension of N(0, I) has less than 10⁻⁶ of its mass.</summary>
    public const double SmallestExtent = 5;

    readonly double area;

    DensityMap(double extent, float[] posterior, float[] prior)
    {
        (Extent, Posterior, Prior) = (extent, posterior, prior);
        area = Math.Pow(2 * extent / Side, 2);
        Holes = [.. prior.Zip(posterior, (p, q) => Math.Max(0, p - q))];
    }

    /// <summary>Both dimensions go from −this to this.</summary>
    public double Extent { get; }

    /// <summary>
    /// q(z) in the middle of each cell, [Side, Side]: z₁ to the right, z₂ upwards, first row on top.
    /// </summary>
    public float[] Posterior { get; }

    /// <summary>p(z), likewise.</summary>
    public float[] Prior { get; }

    /// <summary>p(z) − q(z) where that is above 0, likewise.</summary>
    public float[] Holes { get; }

    /// <summary>½ ∫ |p − q|, the part of the prior's mass that q does not cover: 0 … 1.</summary>
    public double TotalVariation => Sum(Holes);

    /// <summary>∫ p over the cells: 1, unless components are narrower than a cell or lie outside.</summary>
    public double PriorMass => Sum(Prior);

    /// <summary>∫ q over the cells: 1, unless posteriors are narrower than a cell.</summary>
    public double PosteriorMass => Sum(Posterior);

    /// <summary>Maps N posteriors, means and log-variances [N, 2]; the square holds each to 3 deviations.</summary>
    /// <param name="posterior">Of N examples.</param>
    /// <param name="mu">[N, 2].</param>
    /// <param name="logVar">[N, 2].</param>
    /// <param name="logPrior">log p(z) of points [B, 2], nats.</param>
    /// <param name="priorExtent">How far from 0 the prior reaches in either dimension.</param>
    /// <exception cref="ArgumentException">The latent space has not two dimensions.</exception>
    public static DensityMap Of(
        AggregatedPosterior posterior, ReadOnlySpan<float> mu, ReadOnlySpan<float> logVar,
        Func<float[], float[]> logPrior, double priorExtent)
    {
        if (posterior.K != 2)
            throw new ArgumentException($"{posterior.K} latent dimensions are no plane.", nameof(posterior));
        posterior.Set(mu, logVar);
        var extent = Math.Max(SmallestExtent, priorExtent);
        for (var i = 0; i < mu.Length; i++) extent = Math.Max(extent, Math.Abs(mu[i]) + 3 * Math.Exp(0.5 * logVar[i]));

        double Middle(int cell) => extent * ((2 * cell + 1.0) / Side - 1);
        const int cells = Side * Side;
        var (z, logDensity, logMarginals) = (new float[2 * cells], new float[cells], new float[2 * cells]);
        for (var i = 0; i < cells; i++) (z[2 * i], z[2 * i + 1]) = ((float)Middle(i % Side), (float)-Middle(i / Side));
        posterior.LogDensities(z, logDensity, logMarginals);
        return new(extent, Array.ConvertAll(logDensity, MathF.Exp), Array.ConvertAll(logPrior(z), MathF.Exp));
    }

    double Sum(float[] density)
    {
        double sum = 0;
        foreach (var value in density) sum += value;
        return sum * area;
    }
}
