using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

/// <summary>The aggregated posterior's density against a plain double loop.</summary>
[TestFixture]
public sealed class MixtureTests
{
    [TestCase(1, 1, 1)]
    [TestCase(2, 31, 3)]
    [TestCase(67, 33, 8)]
    [TestCase(5, 200, 40)]
    public void Log_density(int b, int n, int d)
    {
        float[] z = Sample.Uniform(b * d, 1), mu = Sample.Uniform(n * d, 2);
        var logVar = Sample.Uniform(n * d, 3, -3, 1);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor precision = bed.Out(n, d), scale = bed.Out(n, 1), y = bed.Out(b, 1);
            bed.Ops.GaussianScales(bed.In(logVar, n, d), precision, scale);
            bed.Ops.MixtureLogDensity(bed.In(z, b, d), bed.In(mu, n, d), precision, scale, y);
            return [precision, scale, y];
        });
        Bound(outputs[0], i =>
        {
            var exact = 0.5 * Math.Exp(-logVar[i]);
            return (exact, 2 * LaneMath.MaxUlp.Exp * U * exact);
        });
        Bound(outputs[1], i => Sum(d, k => Scale(logVar[i * d + k])));
        Bound(outputs[2], row => Density(row, z, mu, logVar, n, d));
    }

    /// <summary>A mixture in one dimension is a mixture: the same bits as that operation's.</summary>
    [TestCase(1, 1, 1)]
    [TestCase(70, 33, 3)]
    [TestCase(5, 200, 9)]
    public void Marginals_are_the_density_of_each_column(int b, int n, int d)
    {
        float[] z = Sample.Uniform(b * d, 1), mu = Sample.Uniform(n * d, 2);
        var logVar = Sample.Uniform(n * d, 3, -3, 1);
        var marginals = Everywhere.Same(bed =>
        {
            Tensor precision = bed.Out(n, d), scale = bed.Out(n, 1), y = bed.Out(b, d), variances = bed.In(logVar, n, d);
            bed.Ops.GaussianScales(variances, precision, scale);
            bed.Ops.MixtureLogMarginals(bed.In(z, b, d), bed.In(mu, n, d), variances, precision, y);
            return y;
        });
        for (var column = 0; column < d; column++)
        {
            var alone = Everywhere.Same(bed =>
            {
                Tensor precision = bed.Out(n, 1), scale = bed.Out(n, 1), y = bed.Out(b, 1);
                bed.Ops.GaussianScales(bed.In(Column(logVar), n, 1), precision, scale);
                bed.Ops.MixtureLogDensity(bed.In(Column(z), b, 1), bed.In(Column(mu), n, 1), precision, scale, y);
                return y;
            });
            Assert.That(Column(marginals), Is.EqualTo(alone), $"column {column}");

            float[] Column(float[] matrix) => [.. matrix.Where((_, i) => i % d == column)];
        }
    }

    /// <summary>
    /// A batch that is the whole population is its own mixture, to the bit; from a larger one the own component counts
    /// less, by the weights of the definition.
    /// </summary>
    [TestCase(2, 1)]
    [TestCase(33, 3)]
    [TestCase(70, 9)]
    public void A_batch_stands_for_its_population(int n, int d)
    {
        float[] z = Sample.Uniform(n * d, 1), mu = Sample.Uniform(n * d, 2), logVar = Sample.Uniform(n * d, 3, -3, 1);
        Assert.That(Of(MixtureWeights.Stratified(n)), Is.EqualTo(Of(default)));

        int population = 10 * n;
        var stratified = Of(MixtureWeights.Stratified(population));
        for (var row = 0; row < n; row++)
        {
            double others = Enumerable.Range(0, n).Where(i => i != row).Sum(i => Math.Exp(Term(row, i)));
            var exact = Math.Log(
                Math.Exp(Term(row, row)) / population + (population - 1.0) / population / (n - 1) * others);
            // As below, and log weights of a few units more, each rounded.
            var error = Density(row, z, mu, logVar, n, d).Error + 8 * U * (Math.Log(population) + Math.Abs(exact));
            Assert.That((double)stratified[row], Is.EqualTo(exact).Within(error));
        }

        float[] Of(MixtureWeights weights) => Everywhere.Same(bed =>
        {
            Tensor precision = bed.Out(n, d), scale = bed.Out(n, 1), y = bed.Out(n, 1);
            bed.Ops.GaussianScales(bed.In(logVar, n, d), precision, scale);
            bed.Ops.MixtureLogDensity(bed.In(z, n, d), bed.In(mu, n, d), precision, scale, y, weights);
            return y;
        });

        double Term(int row, int i) => Enumerable.Range(0, d).Sum(k =>
        {
            double r = (double)z[row * d + k] - mu[i * d + k], l = logVar[i * d + k];
            return -0.5 * (Math.Log(2 * Math.PI) + l + r * r * Math.Exp(-l));
        });
    }

    /// <summary>−½ (ℓ + log 2π): the constant's rounding and the sum's.</summary>
    static (double Exact, double Error) Scale(double logVar)
    {
        var exact = -0.5 * (logVar + Math.Log(2 * Math.PI));
        return (exact, U * (0.5 * Math.Log(2 * Math.PI) + Math.Abs(exact)));
    }

    /// <summary>
    /// An error of the terms is at most one of the result (log-sum-exp is 1-Lipschitz). Each step of the sum
    /// rounds: a factor e^−δ (its own error; δ's rounding moves it by at most 1/e units) and a fused step.
    /// </summary>
    static (double Exact, double Error) Density(int row, float[] z, float[] mu, float[] logVar, int n, int d)
    {
        var terms = new double[n];
        double error = 0, far = 0;
        for (var i = 0; i < n; i++)
        {
            var (scale, scaleError) = Sum(d, k => Scale(logVar[i * d + k]));
            var square = 0.0;
            for (var k = 0; k < d; k++)
            {
                double r = (double)z[row * d + k] - mu[i * d + k], l = logVar[i * d + k];
                square += 0.5 * r * r * Math.Exp(-l);
            }
            terms[i] = scale - square;
            // r is rounded (twice in r²), r² is, ½e^−ℓ is; then a rounding for each fused step and a sum.
            error = Math.Max(error,
                scaleError + U * ((3 + 2 * LaneMath.MaxUlp.Exp + d) * square + Math.Abs(terms[i])));
            far = Math.Max(far, Math.Abs(terms[i]));
        }
        var largest = terms.Max();
        var sum = terms.Sum(t => Math.Exp(t - largest));
        var steps = (n - 1) / 32 + 1 + 5;
        error += U * (steps * (2 * LaneMath.MaxUlp.Exp + 2)
            + (2 * LaneMath.MaxUlp.Log + 2) * (Math.Log(n) + Math.Log(sum)) + 2 * far);
        return (largest + Math.Log(sum / n), error);
    }

    [Test]
    public void Far_from_every_component_it_is_a_number()
    {
        var y = Everywhere.Same(bed =>
        {
            Tensor precision = bed.Out(2, 1), scale = bed.Out(2, 1), y = bed.Out(3, 1);
            bed.Ops.GaussianScales(bed.In([0, 0], 2, 1), precision, scale);
            bed.Ops.MixtureLogDensity(bed.In([1e3f, -1e3f, 1e30f], 3, 1), bed.In([0, 1], 2, 1), precision, scale, y);
            return y;
        });
        Assert.That(y[0], Is.EqualTo(-0.5 * 999 * 999).Within(1e-5 * 0.5 * 999 * 999));
        Assert.That(y[1], Is.EqualTo(-0.5e6).Within(0.5e6 * 1e-5));
        Assert.That(y[2], Is.EqualTo(float.NegativeInfinity));
    }
}
