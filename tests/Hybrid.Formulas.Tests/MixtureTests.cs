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

    /// <summary>
    /// Shares, and with them the derivatives by z: −Σ r·(z − μ)·e^−ℓ, as differences of the definition.
    /// </summary>
    [Test]
    public void Shares_and_pulls_are_those_of_the_definition()
    {
        double[][] mu = [[-1, 0.5], [0.3, 0.2], [1.5, -2]], logVar = [[0.2, -1], [-0.7, 0.4], [0, 0.1]];
        double[] z = [0.4, -0.3];
        var density = (double)Theory.Mixture.LogDensityNats(mu, logVar, z);
        var expected = Theory.Mixture.Responsibilities(mu, logVar, z);
        var pulls = new F64[2];
        for (var n = 0; n < 3; n++)
        {
            var term = F64.Const(Theory.Mixture.LogDensityNats([mu[n]], [logVar[n]], z));
            var share = Responsibility.Apply(term, F64.Const(Math.Log(3)), F64.Const(density));
            Assert.That(share.V, Is.EqualTo(expected[n]).Within(1e-14));
            for (var d = 0; d < 2; d++)
                pulls[d] = MixtureDensity.AddPull(
                    pulls[d], share, F64.Const(z[d]), F64.Const(mu[n][d]),
                    MixtureDensity.HalfPrecision(F64.Const(logVar[n][d])));
        }
        // A central difference with h = 10⁻⁵ errs by h² and by 10⁻¹⁶/h, both about 10⁻¹⁰.
        const double H = 1e-5;
        for (var d = 0; d < 2; d++)
        {
            double At(double step) =>
                Theory.Mixture.LogDensityNats(mu, logVar, [.. z.Select((v, i) => i == d ? v + step : v)]);
            Assert.That(-2 * pulls[d].V, Is.EqualTo((At(H) - At(-H)) / (2 * H)).Within(1e-8));
        }
    }

    /// <summary>A coupling has an inverse, and the logarithm of its slope is s, whatever t is.</summary>
    [TestCase(0.7, -1.3, 2)]
    [TestCase(-2, 0.9, -1)]
    public void A_coupling_goes_there_and_back(double x, double s, double t)
    {
        double At(double x) => Coupling.Apply(F64.Const(x), F64.Const(s), F64.Const(t)).V;
        Assert.That(CouplingInverse.Apply(F64.Const(At(x)), F64.Const(s), F64.Const(t)).V, Is.EqualTo(x).Within(1e-14));
        // A straight line: its differences are its slope, to rounding.
        Assert.That(Math.Log(At(x + 0.5) - At(x - 0.5)), Is.EqualTo(s).Within(1e-14));
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
