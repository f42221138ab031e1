namespace Hybrid.Models.Tests;

[TestFixture]
public class SymmetricEigenTests
{
    /// <summary>
    /// Symmetric; where asked of rank 3, or as pixels are: half of them the same everywhere, others nearly.
    /// </summary>
    static double[,] Matrix(int n, string kind)
    {
        var random = new Random(n);
        var (rank, a) = (kind == "rank 3" ? 3 : n + 2, new double[n, n]);
        for (var r = 0; r < rank; r++)
        {
            var v = Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5).ToArray();
            if (kind == "pixels")
                for (var i = 0; i < n; i++) v[i] *= i % 2 * Math.Pow(10, -i % 12);
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++) a[i, j] += (r % 2 == 0 ? 1 : -1) * v[i] * v[j];
        }
        return a;
    }

    /// <summary>A u = λ u and u·u′ = 0 or 1, within the n ulps of ‖A‖ that orthogonal steps lose.</summary>
    [Test]
    public void Vectors_are_orthonormal_and_scaled_by_the_matrix(
        [Values(1, 2, 3, 4, 7, 33, 200)] int n, [Values("full", "rank 3", "pixels")] string kind)
    {
        var a = Matrix(n, kind);
        var eigen = new SymmetricEigen(a);
        var tolerance = 10 * n * 2.3e-16 * Math.Sqrt(a.Cast<double>().Sum(value => value * value));
        for (var k = 0; k < n; k++)
        {
            var u = eigen.Vector(k).ToArray();
            for (var i = 0; i < n; i++)
            {
                var product = Enumerable.Range(0, n).Sum(j => a[i, j] * u[j]);
                Assert.That(product, Is.EqualTo(eigen.Values[k] * u[i]).Within(tolerance), $"n {n}, k {k}");
            }
            for (var other = 0; other <= k; other++)
                Assert.That(DoubleSpans.Dot(u, eigen.Vector(other)),
                    Is.EqualTo(other == k ? 1 : 0).Within(10 * n * 2.3e-16));
        }
        Assert.That(eigen.Values, Is.Ordered.Descending);
    }

    [Test]
    public void A_diagonal_matrix_is_its_own_answer()
    {
        var eigen = new SymmetricEigen(new double[,] { { 1, 0, 0 }, { 0, 3, 0 }, { 0, 0, 2 } });
        Assert.That(eigen.Values, Is.EqualTo(new double[] { 3, 2, 1 }));
        Assert.That(eigen.Vector(0).ToArray().Select(Math.Abs), Is.EqualTo(new double[] { 0, 1, 0 }));
    }

    [Test]
    public void What_is_no_symmetric_matrix_is_refused()
    {
        Assert.That(() => new SymmetricEigen(new double[2, 3]), Throws.ArgumentException);
        Assert.That(() => new SymmetricEigen(new[,] { { double.NaN } }), Throws.ArgumentException);
    }
}
