namespace Hybrid.Models.Tests;

/// <summary>Gradients of many draws, compared on average.</summary>
static class AverageGradients
{
    /// <summary>Means over steps differ by no more than five standard errors of their difference.</summary>
    /// <param name="one">[step][number].</param>
    /// <param name="other">The same.</param>
    public static void MustAgree(float[][] one, float[][] other)
    {
        for (var i = 0; i < one[0].Length; i++)
        {
            var (a, b) = (Moments(one, i), Moments(other, i));
            Assert.That(a.Mean, Is.EqualTo(b.Mean).Within(5 * Math.Sqrt(a.Error + b.Error) + 1e-6), $"number {i}");
        }
    }

    static (double Mean, double Error) Moments(float[][] values, int i)
    {
        var mean = values.Average(v => (double)v[i]);
        return (mean, values.Average(v => (v[i] - mean) * (v[i] - mean)) / values.Length);
    }
}
