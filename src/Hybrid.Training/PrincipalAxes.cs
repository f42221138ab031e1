namespace Hybrid.Training;

/// <summary>Orthonormal axes in which rows are uncorrelated, with their mean and variances there.</summary>
/// <remarks>
/// Jacobi's rotations of the covariance, for few columns. A rotation changes no density, and the Gaussian of these
/// variances is the best reference that a likelihood's estimate can have (Kong et al. 2023, arXiv:2302.03792).
/// </remarks>
public sealed class PrincipalAxes
{
    const int Sweeps = 30;

    readonly double[,] axes;

    /// <summary>Of rows x[N, D], row-major.</summary>
    public PrincipalAxes(ReadOnlySpan<double> x, int D)
    {
        var (N, covariance) = (x.Length / D, new double[D, D]);
        var mean = new double[D];
        for (var i = 0; i < x.Length; i++) mean[i % D] += x[i] / N;
        for (var n = 0; n < N; n++)
            for (var a = 0; a < D; a++)
                for (var b = 0; b < D; b++)
                    covariance[a, b] += (x[n * D + a] - mean[a]) * (x[n * D + b] - mean[b]) / N;
        axes = new double[D, D];
        for (var d = 0; d < D; d++) axes[d, d] = 1;
        for (var sweep = 0; sweep < Sweeps; sweep++)
            for (var p = 0; p < D; p++)
                for (var q = p + 1; q < D; q++) Rotate(covariance, p, q);
        Variance = new double[D];
        for (var d = 0; d < D; d++) Variance[d] = covariance[d, d];
        Mean = Into(mean);
    }

    /// <summary>Along each axis.</summary>
    public double[] Variance { get; }

    /// <inheritdoc cref="Variance"/>
    public double[] Mean { get; }

    /// <summary>Rows in these axes.</summary>
    public double[] Into(ReadOnlySpan<double> rows) => Product(rows, (from, to) => axes[from, to]);

    /// <summary>The way back.</summary>
    public double[] OutOf(ReadOnlySpan<double> rows) => Product(rows, (from, to) => axes[to, from]);

    double[] Product(ReadOnlySpan<double> rows, Func<int, int, double> axis)
    {
        var D = axes.GetLength(0);
        var product = new double[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            for (var d = 0; d < D; d++) product[i] += rows[i - i % D + d] * axis(d, i % D);
        return product;
    }

    /// <summary>Makes the covariance of two axes 0 (Golub &amp; Van Loan, section 8.5).</summary>
    void Rotate(double[,] c, int p, int q)
    {
        if (c[p, q] == 0) return;
        var tau = (c[q, q] - c[p, p]) / (2 * c[p, q]);
        var t = (tau < 0 ? -1 : 1) / (Math.Abs(tau) + Math.Sqrt(1 + tau * tau));
        double cos = 1 / Math.Sqrt(1 + t * t), sin = t * cos;
        for (var k = 0; k < c.GetLength(0); k++)
        {
            (c[k, p], c[k, q]) = (cos * c[k, p] - sin * c[k, q], sin * c[k, p] + cos * c[k, q]);
            (axes[k, p], axes[k, q]) = (cos * axes[k, p] - sin * axes[k, q], sin * axes[k, p] + cos * axes[k, q]);
        }
        for (var k = 0; k < c.GetLength(0); k++)
            (c[p, k], c[q, k]) = (cos * c[p, k] - sin * c[q, k], sin * c[p, k] + cos * c[q, k]);
    }
}
