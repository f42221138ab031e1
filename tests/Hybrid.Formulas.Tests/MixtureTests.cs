namespace Hybrid.Formulas.Tests;

/// <summary>The streamed density, step by step in double, is the defined one.</summary>
[TestFixture]
public sealed class MixtureTests
{
    [TestCase(1, 1)]
    [TestCase(2, 1)]
    [TestCase(50, 7)]
    public void The_stream_is_the_definition(int n, int d)
    {
        var random = new Random(3);
        double[][] mu = Rows(n, d, -2, 2), logVar = Rows(n, d, -3, 1);
        var z = Rows(1, d, -2, 2)[0];

        F64 m = F64.Const(MixtureDensity.Nothing), s = F64.Const(0);
        for (var i = 0; i < n; i++)
        {
            F64 square = F64.Const(0), scale = F64.Const(0);
            for (var k = 0; k < d; k++)
            {
                var l = F64.Const(logVar[i][k]);
                square = MixtureDensity.AddSquare(
                    square, F64.Const(z[k]), F64.Const(mu[i][k]), MixtureDensity.HalfPrecision(l));
                scale += MixtureDensity.ScaleTerm(l);
            }
            MixtureDensity.Merge(ref m, ref s, scale - square, F64.Const(1));
        }
        var density = MixtureDensity.Result(m, s, F64.Const(Math.Log(n))).V;

        // n additions and d products of a few roundings each, 2⁻⁵³ of the largest intermediate.
        var expected = (double)Theory.Mixture.LogDensityNats(mu, logVar, z);
        Assert.That(density, Is.EqualTo(expected).Within(Math.ScaleB(8.0 * (n + d), -53) * (20 * d + Math.Abs(expected))));

        double[][] Rows(int rows, int cols, double from, double to) =>
            [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, cols)
                .Select(_ => from + (to - from) * random.NextDouble()).ToArray())];
    }

    [Test]
    public void Which_of_two_sums_comes_first_does_not_matter([Values(-3f, 0f, 3f)] float gap)
    {
        F32 m1 = new(1), s1 = new(0.3f), m2 = new(1 + gap), s2 = new(0.7f), m3 = m2, s3 = s2;
        MixtureDensity.Merge(ref m3, ref s3, m1, s1);
        MixtureDensity.Merge(ref m1, ref s1, m2, s2);
        Assert.That((m1.V, s1.V), Is.EqualTo((m3.V, s3.V)));
    }
}
