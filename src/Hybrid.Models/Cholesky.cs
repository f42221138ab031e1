namespace Hybrid.Models;

/// <summary>A symmetric positive definite matrix as L·Lᵀ, in doubles.</summary>
/// <remarks>For the few dimensions of a channel; row-major arrays [n, n].</remarks>
public sealed class Cholesky
{
    readonly double[,] lower;
    readonly int n;

    /// <exception cref="ArgumentException">It is not square or not positive definite.</exception>
    public Cholesky(double[,] matrix)
    {
        n = matrix.GetLength(0);
        if (matrix.GetLength(1) != n) throw new ArgumentException("The matrix is not square.", nameof(matrix));
        lower = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
            {
                var rest = matrix[i, j];
                for (var k = 0; k < j; k++) rest -= lower[i, k] * lower[j, k];
                if (i == j && !(rest > 0))
                    throw new ArgumentException("The matrix is not positive definite.", nameof(matrix));
                lower[i, j] = i == j ? Math.Sqrt(rest) : rest / lower[j, j];
            }
    }

    /// <summary>ln det.</summary>
    public double LogDeterminant
    {
        get
        {
            double sum = 0;
            for (var i = 0; i < n; i++) sum += 2 * Math.Log(lower[i, i]);
            return sum;
        }
    }

    /// <summary>L⁻¹: what makes noise of this covariance white.</summary>
    public double[,] InverseFactor()
    {
        var inverse = new double[n, n];
        for (var column = 0; column < n; column++)
            for (var i = column; i < n; i++)
            {
                var rest = i == column ? 1.0 : 0;
                for (var k = column; k < i; k++) rest -= lower[i, k] * inverse[k, column];
                inverse[i, column] = rest / lower[i, i];
            }
        return inverse;
    }
}
