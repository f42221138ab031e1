namespace Hybrid.Information;

/// <summary>How many latent dimensions carry anything about x.</summary>
public static class ActiveUnits
{
    /// <summary>
    /// Burda, Grosse, Salakhutdinov 2016, arXiv:1509.00519, section 5.2: Var_x(E_q z) above 0.01.
    /// </summary>
    public const double Threshold = 0.01;

    /// <summary>Counts the columns of the posterior means mu[N, K] whose variance is above the threshold.</summary>
    /// <exception cref="ArgumentException">The length is not a multiple of K.</exception>
    public static int Count(ReadOnlySpan<float> mu, int K, double threshold = Threshold)
    {
        if (K <= 0 || mu.Length % K != 0)
            throw new ArgumentException($"{mu.Length} values are not rows of {K}.", nameof(mu));
        var active = 0;
        for (var k = 0; k < K; k++)
            if (Variance(mu, k, K) > threshold) active++;
        return active;
    }

    /// <summary>
    /// Counts the same of means that depend on draws: of q(z_2 | z_1), for instance. The covariance over x of two
    /// independent draws' means is Var_x(E_q z), which the variance of one draw's would exceed by its noise.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ, or are not a multiple of K.</exception>
    public static int Count(
        ReadOnlySpan<float> mu, ReadOnlySpan<float> again, int K, double threshold = Threshold)
    {
        if (K <= 0 || mu.Length % K != 0 || again.Length != mu.Length)
            throw new ArgumentException($"{mu.Length} and {again.Length} values are not rows of {K}.", nameof(mu));
        var (active, n) = (0, mu.Length / K);
        for (var k = 0; k < K; k++)
        {
            double mean = 0, meanAgain = 0, products = 0;
            for (var i = k; i < mu.Length; i += K) (mean, meanAgain) = (mean + mu[i], meanAgain + again[i]);
            (mean, meanAgain) = (mean / n, meanAgain / n);
            for (var i = k; i < mu.Length; i += K) products += (mu[i] - mean) * (again[i] - meanAgain);
            if (products / n > threshold) active++;
        }
        return active;
    }

    static double Variance(ReadOnlySpan<float> values, int first, int stride)
    {
        double mean = 0, squares = 0;
        var n = values.Length / stride;
        for (var i = first; i < values.Length; i += stride) mean += values[i];
        mean /= n;
        for (var i = first; i < values.Length; i += stride) squares += (values[i] - mean) * (values[i] - mean);
        return squares / n;
    }
}
