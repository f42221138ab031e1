namespace Hybrid.Bench.Exactness;

/// <summary>The 5-D Gaussian of the linear experiments: eigenvalues 4, 2, 1, ½, ¼ in a rotated frame.</summary>
static class GaussianData
{
    public static readonly double[] Eigenvalues = [4, 2, 1, 0.5, 0.25];

    public const int D = 5;

    // A reflection I − 2vvᵀ/vᵀv: orthogonal and symmetric, and no axis stays an axis.
    static readonly double[] V = [1, 2, -1, 3, 1];

    static double Axis(int i, int j)
    {
        var norm = 0.0;
        foreach (var v in V) norm += v * v;
        return (i == j ? 1 : 0) - 2 * V[i] * V[j] / norm;
    }

    /// <summary>Σ [D, D].</summary>
    public static double[,] Covariance()
    {
        var sigma = new double[D, D];
        for (var i = 0; i < D; i++)
            for (var j = 0; j < D; j++)
                for (var k = 0; k < D; k++)
                    sigma[i, j] += Axis(i, k) * Eigenvalues[k] * Axis(j, k);
        return sigma;
    }

    /// <summary>
    /// A batch whose second moments are exactly Σ and whose mean is exactly 0: ±√(λ_k D) along each axis, over
    /// and over. The expected account of a linear-Gaussian VAE depends on the data through these moments
    /// alone, so this is training on infinitely many samples; only the draws of z are noise.
    /// </summary>
    public static float[] Batch(int repetitions)
    {
        var x = new float[repetitions * 2 * D * D];
        for (var row = 0; row < repetitions * 2 * D; row++)
        {
            var (k, sign) = (row / 2 % D, row % 2 == 0 ? 1 : -1);
            for (var i = 0; i < D; i++)
                x[row * D + i] = (float)(sign * Math.Sqrt(Eigenvalues[k] * D) * Axis(i, k));
        }
        return x;
    }

    /// <summary>N draws from N(0, Σ), [N, D].</summary>
    public static float[] Draws(int N, Random random)
    {
        var x = new float[N * D];
        for (var n = 0; n < N; n++)
            for (var k = 0; k < D; k++)
            {
                var along = Math.Sqrt(Eigenvalues[k]) * MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1);
                for (var i = 0; i < D; i++) x[n * D + i] += (float)(along * Axis(i, k));
            }
        return x;
    }
}
