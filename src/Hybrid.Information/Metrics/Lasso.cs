namespace Hybrid.Information.Metrics;

/// <summary>Least squares with a price on |w|: weights that explain little are 0.</summary>
/// <remarks>
/// ½ E(y − xᵀw)² + α Σ|w_j| over columns of mean 0 and variance 1, by coordinate descent on second moments (Tibshirani
/// 1996; Friedman et al. 2010, eq. 5).
/// </remarks>
static class Lasso
{
    const int MostSweeps = 1000;

    const double SmallestChange = 1e-9;

    /// <summary>The weights, [K].</summary>
    /// <param name="moments">E x xᵀ, [K, K]; a column that never changes has a 0 on the diagonal, and gets the weight
    /// 0.</param>
    /// <param name="target">E x y, [K].</param>
    /// <param name="alpha">What correlates less with what is left to explain gets the weight 0.</param>
    public static double[] Fit(double[,] moments, double[] target, double alpha)
    {
        var K = target.Length;
        var w = new double[K];
        for (var sweep = 0; sweep < MostSweeps; sweep++)
        {
            double largest = 0;
            for (var j = 0; j < K; j++)
            {
                if (moments[j, j] <= 0) continue;
                var left = target[j] + moments[j, j] * w[j];
                for (var i = 0; i < K; i++) left -= moments[j, i] * w[i];
                var next = Math.Sign(left) * Math.Max(0, Math.Abs(left) - alpha) / moments[j, j];
                largest = Math.Max(largest, Math.Abs(next - w[j]));
                w[j] = next;
            }
            if (largest < SmallestChange) break;
        }
        return w;
    }
}
