namespace Hybrid.Information;

/// <summary>
/// The best VAE with a linear encoder, a linear decoder and Gaussian pixels on some data: probabilistic PCA.
/// </summary>
/// <remarks>
/// Its objective E[−log p(x | z)] + β·KL depends on the data through the covariance alone. Divided by β it is the
/// −ELBO of a decoder whose variance is the water level θ = βσ²: Tipping &amp; Bishop's likelihood (1999, eq. 4) where
/// the posterior is exact, and a linear model's posterior is linear (Lucas et al. 2019, arXiv:1911.02469). So no
/// q(z | x), linear or not, does better. Axes of variance λ_k &gt; θ are kept, with w_k = √(λ_k − θ) u_k.
/// </remarks>
public sealed class LinearOptimum
{
    readonly double[] variances;

    LinearOptimum(double[] variances, int active, double beta, double variance)
    {
        (this.variances, ActiveUnits, Beta, DecoderVariance) = (variances, active, beta, variance);
        Account = On(variances);
    }

    /// <summary>β, the weight of the rate in what is minimised.</summary>
    public double Beta { get; }

    /// <summary>σ² of the decoder, given or the best.</summary>
    public double DecoderVariance { get; }

    /// <summary>θ = βσ²: what varies less is given up.</summary>
    public double WaterLevel => Beta * DecoderVariance;

    /// <summary>Dimensions of z in use.</summary>
    public int ActiveUnits { get; }

    /// <summary>On the data that it is the optimum for, nats per example.</summary>
    public ElboAccount Account { get; }

    /// <summary>With a given σ.</summary>
    /// <param name="variances">λ_1 ≥ λ_2 ≥ …, the eigenvalues of the data's covariance, all D.</param>
    /// <param name="latent">Dimensions of z.</param>
    /// <param name="beta">β.</param>
    /// <param name="sigma">σ of the decoder.</param>
    /// <exception cref="ArgumentOutOfRangeException">β or σ is not positive.</exception>
    public static LinearOptimum Of(double[] variances, int latent, double beta, double sigma)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        var active = 0;
        while (active < Math.Min(latent, variances.Length) && variances[active] > beta * sigma * sigma) active++;
        return new(variances, active, beta, sigma * sigma);
    }

    /// <summary>With the best σ: of k axes in use σ² is what the others leave, divided by D − βk.</summary>
    /// <returns>Null where σ falls to 0 without end: z has a dimension for all that varies.</returns>
    /// <inheritdoc cref="Of" path="//param"/>
    /// <exception cref="ArgumentOutOfRangeException">β is not positive.</exception>
    public static LinearOptimum? WithBestSigma(double[] variances, int latent, double beta)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        // D σ² = E‖x − x̂‖² at the best σ; the error is concave in σ², so that one k at most fits.
        var D = variances.Length;
        double left = 0;
        for (var i = Math.Min(latent, D); i < D; i++) left += Math.Max(variances[i], 0);
        for (var active = Math.Min(latent, D); active >= 0; active--)
        {
            var variance = left / (D - beta * active);
            // Rounding leaves axes without variance a few ulps of the greatest.
            var isSome = variance > 1e-14 * variances[0];
            var above = active == 0 || variances[active - 1] > beta * variance;
            var below = active == Math.Min(latent, D) || variances[active] <= beta * variance;
            if (isSome && above && below) return new(variances, active, beta, variance);
            if (active > 0) left += Math.Max(variances[active - 1], 0);
        }
        return null;
    }

    /// <summary>What it is worth on other data.</summary>
    /// <param name="moments">E (u_k·(x − mean))² along this optimum's axes, about its mean, all D.</param>
    public ElboAccount On(ReadOnlySpan<double> moments)
    {
        double error = 0, rate = 0, theta = WaterLevel;
        for (var k = 0; k < moments.Length; k++)
        {
            if (k >= ActiveUnits)
            {
                error += moments[k];
                continue;
            }
            // Var μ = (λ − θ)/λ² · moment and s = θ/λ; what z misses of the axis is θ/λ of it, and the noise of s.
            var kept = theta / variances[k];
            error += kept * kept * moments[k] + (variances[k] - theta) * kept;
            rate += 0.5 * ((1 - kept) / variances[k] * moments[k] + kept - 1 - Math.Log(kept));
        }
        var distortion =
            0.5 * (moments.Length * Math.Log(2 * Math.PI * DecoderVariance) + error / DecoderVariance);
        return new(distortion, rate, double.NaN, double.NaN, ActiveUnits, moments.Length);
    }
}
