using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

/// <summary>A mixture's adjoints, Gaussian rows and couplings: the same bits everywhere, near double arithmetic.</summary>
[TestFixture]
public sealed class DensityTests
{
    [TestCase(1, 1, 1)]
    [TestCase(2, 31, 3)]
    [TestCase(67, 33, 8)]
    [TestCase(5, 200, 40)]
    public void A_mixtures_adjoints(int b, int n, int d)
    {
        var m = new Mixture(b, n, d);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor z = bed.In(m.Z, b, d), mu = bed.In(m.Mu, n, d), precision = bed.In(m.Precision, n, d);
            Tensor scale = bed.In(m.Scale, n, 1), density = bed.In(m.LogDensity, b, 1), dy = bed.In(m.DY, b, 1);
            Tensor dz = bed.Out(b, d), dMu = bed.Out(n, d), dPrecision = bed.Out(n, d), dScale = bed.Out(n, 1);
            bed.Ops.MixtureGradRows(z, mu, precision, scale, density, dy, dz);
            bed.Ops.MixtureGradComponents(z, mu, precision, scale, density, dy, dMu, dPrecision, dScale);
            return [dz, dMu, dPrecision, dScale];
        });
        Bound(outputs[0], i => m.DZ(i / d, i % d));
        Bound(outputs[1], i => m.Moment(i / d, i % d, 1, 2 * m.Precision[i]));
        Bound(outputs[2], i => m.Moment(i / d, i % d, 2, -1));
        Bound(outputs[3], i => m.Moment(i, 0, 0, 1));
    }

    /// <summary>A mixture in one dimension is a mixture: the same bits as that operation's adjoints.</summary>
    [TestCase(1, 0)]
    [TestCase(31, 0)]
    [TestCase(70, 1000)]
    public void Marginals_adjoints_are_the_densitys_of_each_column(int n, int population)
    {
        const int Dims = 3;
        var weights = population == 0 ? default : MixtureWeights.Stratified(population);
        float[] z = Sample.Uniform(n * Dims, 1, -1, 1), mu = Sample.Uniform(n * Dims, 2, -1, 1);
        float[] logVar = Sample.Uniform(n * Dims, 3, -2, 1), dy = Sample.Uniform(n * Dims, 4);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor points = bed.In(z, n, Dims), means = bed.In(mu, n, Dims), variances = bed.In(logVar, n, Dims);
            Tensor half = bed.Out(n, Dims), scale = bed.Out(n, 1), y = bed.Out(n, Dims), adjoint = bed.In(dy, n, Dims);
            Tensor dz = bed.Out(n, Dims), dMu = bed.Out(n, Dims), dHalf = bed.Out(n, Dims), dLogVar = bed.Out(n, Dims);
            bed.Ops.GaussianScales(variances, half, scale);
            bed.Ops.MixtureLogMarginals(points, means, variances, half, y, weights);
            bed.Ops.MixtureMarginalGradRows(points, means, variances, half, y, adjoint, dz, weights);
            bed.Ops.MixtureMarginalGradComponents(
                points, means, variances, half, y, adjoint, dMu, dHalf, dLogVar, weights);
            return [dz, dMu, dHalf, dLogVar];
        });
        for (var column = 0; column < Dims; column++)
        {
            var alone = Everywhere.Same(bed =>
            {
                Tensor points = bed.In(Column(z), n, 1), means = bed.In(Column(mu), n, 1), half = bed.Out(n, 1);
                Tensor scale = bed.Out(n, 1), y = bed.Out(n, 1), adjoint = bed.In(Column(dy), n, 1), dz = bed.Out(n, 1);
                Tensor dMu = bed.Out(n, 1), dHalf = bed.Out(n, 1), dScale = bed.Out(n, 1);
                bed.Ops.GaussianScales(bed.In(Column(logVar), n, 1), half, scale);
                bed.Ops.MixtureLogDensity(points, means, half, scale, y, weights);
                bed.Ops.MixtureGradRows(points, means, half, scale, y, adjoint, dz, weights);
                bed.Ops.MixtureGradComponents(points, means, half, scale, y, adjoint, dMu, dHalf, dScale, weights);
                return [dz, dMu, dHalf, dScale];
            });
            for (var i = 0; i < 3; i++) Assert.That(Column(outputs[i]), Is.EqualTo(alone[i]), $"{i} of {column}");
            Assert.That(Column(outputs[3]), Is.EqualTo(alone[3].Select(mass => -0.5f * mass)), $"column {column}");

            float[] Column(float[] matrix) => [.. matrix.Where((_, i) => i % Dims == column)];
        }
    }

    /// <summary>Each column is sorted by its keys, equal ones in the order of their rows.</summary>
    [TestCaseSource(typeof(Shape), nameof(Shape.Awkward))]
    public void Permuted_columns(Shape s)
    {
        var random = new Random(3);
        var x = Sample.Uniform(s, 1);
        float[] keys = [.. x.Select(_ => (float)random.Next(s.B))];
        var y = Everywhere.Same(bed =>
        {
            var permuted = bed.Out(s.B, s.D);
            bed.Ops.PermuteColumns(bed.In(x, s.B, s.D), bed.In(keys, s.B, s.D), permuted);
            return permuted;
        });
        for (var d = 0; d < s.D; d++)
        {
            var column = Enumerable.Range(0, s.B).OrderBy(b => keys[b * s.D + d]).Select(b => x[b * s.D + d]);
            Assert.That(y.Where((_, i) => i % s.D == d), Is.EqualTo(column), $"column {d}");
        }
    }

    /// <summary>A mixture in double, and how far float32 may be from it.</summary>
    sealed class Mixture
    {
        readonly int b, n, d;
        readonly (double Value, double Error)[,] shares;

        public readonly float[] Z, Mu, Precision, Scale, LogDensity, DY;

        public Mixture(int b, int n, int d)
        {
            (this.b, this.n, this.d) = (b, n, d);
            Z = Sample.Uniform(b * d, 1, -1, 1);
            (Mu, Precision) = (Sample.Uniform(n * d, 2, -1, 1), Sample.Uniform(n * d, 3, 0.05, 2));
            (Scale, LogDensity) = (Sample.Uniform(n, 4), Sample.Uniform(b, 5, -d - 3, -d));
            DY = Sample.Uniform(b, 6);
            shares = new (double, double)[b, n];
            for (var row = 0; row < b; row++)
                for (var i = 0; i < n; i++) shares[row, i] = Share(row, i);
        }

        double Residual(int row, int i, int k) => (double)Z[row * d + k] - Mu[i * d + k];

        /// <summary>
        /// e^x with x's error: r is rounded (twice in r²), r² is, and a step for each dimension; then three
        /// differences, and log N itself. The error of x is relative in e^x.
        /// </summary>
        (double, double) Share(int row, int i)
        {
            double square = 0, logCount = Math.Log(n);
            for (var k = 0; k < d; k++) square += Residual(row, i, k) * Residual(row, i, k) * Precision[i * d + k];
            double term = Scale[i] - square, relative = term - logCount, x = relative - LogDensity[row];
            var error = (3 + d) * square + Math.Abs(term) + Math.Abs(relative) + logCount + Math.Abs(x);
            return (Math.Exp(x), U * (error + 2 * LaneMath.MaxUlp.Exp));
        }

        /// <summary>A product of three, a step for each component, and two products by −2·dy.</summary>
        public (double, double) DZ(int row, int k)
        {
            double sum = 0, error = 0;
            for (var i = 0; i < n; i++)
            {
                var (share, relative) = shares[row, i];
                var pull = share * Residual(row, i, k) * Precision[i * d + k];
                (sum, error) = (sum + pull, error + Math.Abs(pull) * (relative + (n + 4) * U));
            }
            var factor = -2.0 * DY[row];
            return (factor * sum, Math.Abs(factor) * error);
        }

        /// <summary>Weights of two products, up to four more for the residuals, a step for each point, a factor.</summary>
        public (double, double) Moment(int i, int k, int power, double factor)
        {
            double sum = 0, error = 0;
            for (var row = 0; row < b; row++)
            {
                var (share, relative) = shares[row, i];
                var term = DY[row] * share * Math.Pow(Residual(row, i, k), power);
                (sum, error) = (sum + term, error + Math.Abs(term) * (relative + (b + 6) * U));
            }
            return (factor * sum, Math.Abs(factor) * error);
        }
    }

    [TestCaseSource(typeof(Shape), nameof(Shape.Awkward))]
    public void Gaussian_rows_and_their_adjoints(Shape s)
    {
        float[] x = Sample.Uniform(s, 1), mu = Sample.Uniform(s, 2), logVar = Sample.Uniform(s, 3);
        var dy = Sample.Uniform(s.B, 4);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor points = bed.In(x, s.B, s.D), means = bed.In(mu, s.B, s.D), variances = bed.In(logVar, s.B, s.D);
            Tensor y = bed.Out(s.B, 1), dx = bed.Out(s.B, s.D), dLogVar = bed.Out(s.B, s.D);
            bed.Ops.GaussianLogDensityRows(points, means, variances, y);
            bed.Ops.GaussianLogDensityRowsGrad(points, means, variances, bed.In(dy, s.B, 1), dx, dLogVar);
            return [y, dx, dLogVar];
        });
        Bound(outputs[0], row =>
        {
            var (exact, error) = Sum(s.D, d => Nll(row * s.D + d));
            return (-exact, error);
        });
        Bound(outputs[1], i =>
        {
            var exact = -dy[i / s.D] * Residual(i) * Math.Exp(-logVar[i]);
            return (exact, (3 + 2 * LaneMath.MaxUlp.Exp) * U * Math.Abs(exact));
        });
        Bound(outputs[2], i =>
        {
            double square = 0.5 * Residual(i) * Residual(i) * Math.Exp(-logVar[i]), adjoint = dy[i / s.D];
            var exact = -adjoint * (0.5 - square);
            return (exact, U * (Math.Abs(adjoint) * (3 + 2 * LaneMath.MaxUlp.Exp) * square + 2 * Math.Abs(exact)));
        });

        double Residual(int i) => (double)x[i] - mu[i];

        // r², e^−ℓ and their product; the constant's rounding and its sum; the last step; the half is exact.
        (double, double) Nll(int i)
        {
            double square = Residual(i) * Residual(i) * Math.Exp(-logVar[i]), constant = Math.Log(2 * Math.PI);
            var exact = 0.5 * (constant + logVar[i] + square);
            var error = (3 + 2 * LaneMath.MaxUlp.Exp) * square + constant + Math.Abs(constant + logVar[i]);
            return (exact, U * (0.5 * error + Math.Abs(exact)));
        }
    }

    [TestCaseSource(typeof(Shape), nameof(Shape.Awkward))]
    public void A_coupling_there_and_back(Shape shape)
    {
        float[] x = Sample.Uniform(shape, 1), s = Sample.Uniform(shape, 2), t = Sample.Uniform(shape, 3);
        float[] dy = Sample.Uniform(shape, 4), dLogDet = Sample.Uniform(shape.B, 5);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor points = bed.In(x, shape.B, shape.D), scale = bed.In(s, shape.B, shape.D);
            Tensor shift = bed.In(t, shape.B, shape.D), y = bed.Out(shape.B, shape.D), logDet = bed.Out(shape.B, 1);
            Tensor back = bed.Out(shape.B, shape.D), dx = bed.Out(shape.B, shape.D), ds = bed.Out(shape.B, shape.D);
            Tensor twice = bed.Out(shape.B, shape.D);
            bed.Ops.AffineCoupling(points, scale, shift, y, logDet);
            bed.Ops.AffineCouplingInverse(y, scale, shift, back);
            bed.Ops.AffineCouplingGrad(
                points, scale, bed.In(dy, shape.B, shape.D), bed.In(dLogDet, shape.B, 1), dx, ds);
            bed.Ops.Scale(points, 2.5f, twice);
            return [y, logDet, back, dx, ds, twice];
        });
        const double Exp = 2 * LaneMath.MaxUlp.Exp * U;
        Bound(outputs[0], i =>
        {
            double product = x[i] * Math.Exp(s[i]), exact = product + t[i];
            return (exact, Exp * Math.Abs(product) + U * Math.Abs(exact));
        });
        Bound(outputs[1], row => Sum(shape.D, d => (s[row * shape.D + d], 0)));
        Bound(outputs[2], i =>
        {
            // The error of y, and what the difference and the factor add.
            double product = x[i] * Math.Exp(s[i]), y = product + t[i];
            var error = Exp * Math.Abs(product) + U * (Math.Abs(y) + Math.Abs(product));
            return (x[i], error * Math.Exp(-s[i]) + (Exp + U) * Math.Abs(x[i]));
        });
        Bound(outputs[3], i => (dy[i] * Math.Exp(s[i]), (Exp + U) * Math.Abs(dy[i]) * Math.Exp(s[i])));
        Bound(outputs[4], i =>
        {
            double product = dy[i] * Math.Exp(s[i]) * x[i], exact = product + dLogDet[i / shape.D];
            return (exact, (Exp + U) * Math.Abs(product) + U * Math.Abs(exact));
        });
        Bound(outputs[5], i => (2.5 * x[i], U * 2.5 * Math.Abs(x[i])));
    }
}
