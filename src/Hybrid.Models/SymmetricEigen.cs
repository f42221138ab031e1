namespace Hybrid.Models;

/// <summary>A symmetric matrix as Σ_k λ_k u_k u_kᵀ, in doubles, greatest λ first.</summary>
/// <remarks>
/// Householder's reflections make it tridiagonal, implicit QL steps diagonal (Golub &amp; Van Loan 2013, algorithms
/// 8.3.1 and 8.3.3): about 9 n³ operations, a second or two for the pixels of a digit.
/// </remarks>
public sealed class SymmetricEigen
{
    const int MostSteps = 60;

    readonly int n;
    readonly double[] rows, diagonal, beside;
    readonly int[] order;
    readonly double scale;

    /// <param name="matrix">[n, n]; the lower triangle is taken for both.</param>
    /// <exception cref="ArgumentException">It is not square, or not finite.</exception>
    public SymmetricEigen(double[,] matrix)
    {
        n = matrix.GetLength(0);
        if (matrix.GetLength(1) != n) throw new ArgumentException("The matrix is not square.", nameof(matrix));
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
            {
                a[i * n + j] = matrix[Math.Max(i, j), Math.Min(i, j)];
                if (!double.IsFinite(a[i * n + j]))
                    throw new ArgumentException("The matrix is not finite.", nameof(matrix));
            }
        (rows, diagonal, beside) = (new double[n * n], new double[n], new double[n]);
        Tridiagonalize(a);
        for (var k = 0; k < n; k++) scale = Math.Max(scale, Math.Abs(diagonal[k]) + Math.Abs(beside[k]));
        for (var k = 0; k < n; k++) Split(k);
        order = new int[n];
        for (var k = 0; k < n; k++) order[k] = k;
        Array.Sort(order, (i, j) => diagonal[j].CompareTo(diagonal[i]));
        Values = Array.ConvertAll(order, k => diagonal[k]);
    }

    /// <summary>λ_1 ≥ λ_2 ≥ …</summary>
    public double[] Values { get; }

    /// <summary>u_k, of length 1; its sign says nothing.</summary>
    public ReadOnlySpan<double> Vector(int k) => rows.AsSpan(order[k] * n, n);

    /// <summary>a = Q T Qᵀ with T tridiagonal; <see cref="rows"/> becomes Qᵀ.</summary>
    void Tridiagonalize(double[] a)
    {
        var (reflectors, factors, p) = (new double[n * n], new double[n], new double[n]);
        for (var k = 0; k < n - 2; k++)
        {
            var v = reflectors.AsSpan(k * n + k + 1, n - k - 1);
            a.AsSpan(k * n + k + 1, v.Length).CopyTo(v);
            var length = Math.Sqrt(DoubleSpans.Dot(v, v));
            beside[k] = v[0] < 0 ? length : -length;
            v[0] -= beside[k];
            var square = DoubleSpans.Dot(v, v);
            if (square == 0) continue;
            factors[k] = 2 / square;
            // A − v wᵀ − w vᵀ with p = factor·A v and w = p − ½ factor (p·v) v.
            var w = p.AsSpan(0, v.Length);
            for (var i = 0; i < v.Length; i++) w[i] = factors[k] * DoubleSpans.Dot(Rest(a, k, i), v);
            DoubleSpans.AddScaled(w, v, -0.5 * factors[k] * DoubleSpans.Dot(w, v));
            for (var i = 0; i < v.Length; i++)
            {
                DoubleSpans.AddScaled(Rest(a, k, i), w, -v[i]);
                DoubleSpans.AddScaled(Rest(a, k, i), v, -w[i]);
            }
        }
        if (n > 1) beside[n - 2] = a[(n - 2) * n + n - 1];
        for (var k = 0; k < n; k++) diagonal[k] = a[k * n + k];

        // Qᵀ = … H₁ H₀ from the last reflection on: rows and columns up to k are the identity's still.
        for (var k = 0; k < n; k++) rows[k * n + k] = 1;
        for (var k = n - 3; k >= 0; k--)
        {
            var v = reflectors.AsSpan(k * n + k + 1, n - k - 1);
            for (var i = 0; i < v.Length; i++)
                DoubleSpans.AddScaled(Rest(rows, k, i), v, -factors[k] * DoubleSpans.Dot(Rest(rows, k, i), v));
        }
    }

    /// <summary>Row i of what lies below and right of k.</summary>
    Span<double> Rest(double[] a, int k, int i) => a.AsSpan((k + 1 + i) * n + k + 1, n - k - 1);

    /// <summary>QL steps with Wilkinson's shift until entry k is an eigenvalue.</summary>
    void Split(int k)
    {
        for (var step = 0; ; step++)
        {
            var end = k;
            while (end < n - 1 && !IsNegligible(end)) end++;
            if (end == k) return;
            if (step == MostSteps) throw new ArithmeticException("The eigenvalues do not settle.");
            Sweep(k, end);
        }
    }

    /// <summary>Below an ulp of the greatest: two neighbours that are 0 but for rounding have no scale of their own.</summary>
    bool IsNegligible(int i) => scale + Math.Abs(beside[i]) == scale;

    void Sweep(int from, int end)
    {
        var half = (diagonal[from + 1] - diagonal[from]) / (2 * beside[from]);
        var g = diagonal[end] - diagonal[from]
            + beside[from] / (half + Math.CopySign(Math.Sqrt(half * half + 1), half));
        double sin = 1, cos = 1, p = 0;
        for (var i = end - 1; i >= from; i--)
        {
            var (f, b) = (sin * beside[i], cos * beside[i]);
            var length = Math.Sqrt(f * f + g * g);
            beside[i + 1] = length;
            if (length == 0)
            {
                // The matrix falls in two here: what is left starts anew.
                diagonal[i + 1] -= p;
                beside[end] = 0;
                return;
            }
            (sin, cos) = (f / length, g / length);
            g = diagonal[i + 1] - p;
            var r = (diagonal[i] - g) * sin + 2 * cos * b;
            p = sin * r;
            diagonal[i + 1] = g + p;
            g = cos * r - b;
            DoubleSpans.Rotate(rows.AsSpan(i * n, n), rows.AsSpan((i + 1) * n, n), cos, sin);
        }
        diagonal[from] -= p;
        beside[from] = g;
        beside[end] = 0;
    }
}
